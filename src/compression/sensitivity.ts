import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { writeBytesAtomically } from '../checkpoint/write-bytes-atomically.ts';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import { findByName } from '../core/registry.ts';
import type { DataLoader } from '../data/data-loader.ts';
import { requireSameFeatures } from '../data/require-same-features.ts';
import { limitBatches } from '../training/batch-source.ts';
import { evaluateModel } from '../training/evaluate-model.ts';
import { resolveMetric } from '../training/resolve-parts.ts';
import type { TrainedModelLike } from './compress-model.ts';
import { RecipeState } from './recipe/recipe-state.ts';
import { digestOfFacts } from './recipe/saved-step.ts';
import { type SensitivityScale, sensitivityScales } from './recipe/sensitivity-scales.ts';
import { topologyOf } from './surgery/topology.ts';
import type { TechniqueContext, TrainingSettings } from './technique.ts';

export interface SensitivityOptions extends TrainingSettings {
  readonly data: { readonly train: DataLoader; readonly validation?: DataLoader };
  /** What is done to each layer alone: `pruneWeights`, `pruneUnits`. @default 'pruneWeights' */
  readonly technique?: string;
  /** How much of it, from little to much. @default the technique's own */
  readonly levels?: readonly number[];
  /** Judges by the first so many validation samples, rounded up to whole batches; 0 means all. @default 0 */
  readonly samples?: number;
  /** Where the table is kept as JSON; a call with the same model and settings goes on from it. @default nowhere */
  readonly file?: string;
  /** Called with each layer as soon as all of its levels are known. */
  readonly onLayer?: (layer: LayerSensitivity, table: SensitivityTable) => void;
}

/** What a layer bears. */
export interface LayerSensitivity {
  readonly layer: string;
  /** The metric after each level; null where the technique refused it: units of the last layer cannot be removed. */
  readonly values: readonly (number | null)[];
}

/** What each layer of a model bears of a technique, all others being left alone, without training on. */
export interface SensitivityTable {
  readonly technique: string;
  /** What a level means: `share of the weights that is removed`. */
  readonly about: string;
  readonly levels: readonly number[];
  /** `val_accuracy` */
  readonly metric: string;
  readonly higherIsBetter: boolean;
  /** The metric of the model as trained. */
  readonly trained: number;
  readonly samples: number;
  readonly layers: readonly LayerSensitivity[];
}

/**
 * Does a technique to each layer alone, at several levels, and judges the model on the validation data: what a layer bears, others need not.
 * The model is not changed.
 *
 * @throws DlError `name` for a technique that cannot be measured so, `config` for levels that cannot be, `refused` where no layer can bear it
 */
export async function measureSensitivity({ model, features }: TrainedModelLike, options: SensitivityOptions): Promise<SensitivityTable> {
  const { data, loss, metrics = [], samples = 0, file, onLayer } = options;
  requireSameFeatures(features, data.train.features);
  const scale = findByName('technique', sensitivityScales, options.technique ?? 'pruneWeights');
  const levels = checkLevels(scale, options.levels);
  if (!Number.isInteger(samples) || samples < 0)
    throw new DlError('config', `samples is ${showValue(samples)}; it must be a whole number of samples, or 0 for all of them.`);
  const held = data.validation ?? data.train;
  const batches = Math.ceil(samples / held.batchSize);
  const loader = samples > 0 && batches < held.steps ? { ...limitBatches(held, batches), features: held.features } : held;
  const first = metrics[0] === undefined ? undefined : resolveMetric(metrics[0]);
  const name = first?.name ?? 'loss';
  const judge = async (one: typeof model) => (await evaluateModel(one, loader, { loss, metrics: metrics.slice(0, 1) })).logs[name];
  const weights = await readWeights(model);
  const topology = topologyOf(model);
  const known = await Known.open(
    file,
    digestOfFacts({ topology, features, scale: scale.name, name, loss, samples: loader.length }, weights),
  );

  const contextOf: (one: typeof model) => TechniqueContext = (one) => ({
    model: one,
    features,
    original: model,
    data,
    training: options,
    random: new RandomStream(options.seed ?? 0, 'sensitivity'),
    note() {},
  });
  const measure = async (layer: string, level: number): Promise<number | null> => {
    const technique = scale.create(layer, level);
    try {
      technique.check?.(contextOf(model), { steps: [technique], index: 0 });
    } catch (error) {
      if (error instanceof DlError) return null;
      throw error;
    }
    const state = new RecipeState(await buildModel(topology, weights), [technique]);
    try {
      await state.apply(0, contextOf);
      return await judge(state.model);
    } finally {
      state.disposeStates();
      state.model.dispose();
    }
  };

  const layers: LayerSensitivity[] = [];
  const table: SensitivityTable = {
    technique: scale.name,
    about: scale.about,
    levels,
    metric: (data.validation ? 'val_' : '') + name,
    higherIsBetter: first?.higherIsBetter ?? false,
    trained: (await known.get('', 0, () => judge(model))) as number,
    samples: loader.length,
    layers,
  };
  for (const layer of scale.layersOf(model)) {
    const values: (number | null)[] = [];
    for (const level of levels) values.push(await known.get(layer, level, () => measure(layer, level)));
    if (values.every((value) => value === null)) continue;
    layers.push({ layer, values });
    onLayer?.(layers[layers.length - 1], table);
  }
  if (layers.length === 0) throw new DlError('refused', `There is no layer of this model to which ${scale.name} can be done.`);
  await known.save(table);
  return table;
}

/**
 * The highest level that each layer bears, all lower ones too, without the metric becoming worse by more than `maxDrop`: points of an accuracy, per cent
 * of another metric. The layers that bear most come first; undefined for a layer that bears none.
 */
export function safeLevels(
  { layers, levels, metric, trained, higherIsBetter }: SensitivityTable,
  maxDrop = 1,
): { layer: string; level: number | undefined }[] {
  const unit = /accuracy$/i.test(metric) ? 100 : 100 / Math.abs(trained);
  const isSafe = (value: number | null) => value !== null && unit * (higherIsBetter ? trained - value : value - trained) <= maxDrop + 1e-9;
  return layers
    .map(({ layer, values }) => {
      const end = values.findIndex((value) => !isSafe(value));
      const count = end < 0 ? values.length : end;
      return { layer, level: count === 0 ? undefined : levels[count - 1], count };
    })
    .sort((a, b) => b.count - a.count)
    .map(({ layer, level }) => ({ layer, level }));
}

function checkLevels({ name, levels: usual, isLevel }: SensitivityScale, levels: readonly number[] = usual): readonly number[] {
  const wrong = levels.find((level) => !isLevel(level));
  if (levels.length > 0 && wrong === undefined) return levels;
  throw new DlError('config', `The levels for ${name} are ${JSON.stringify(levels)}. Give some like these: ${JSON.stringify(usual)}.`);
}

/** What was measured already, in a file that is written after every layer's level: each took as long as a validation. */
class Known {
  readonly #file: string | undefined;
  readonly #key: string;
  readonly #values: Record<string, number | null>;

  private constructor(file: string | undefined, key: string, values: Record<string, number | null>) {
    this.#file = file;
    this.#key = key;
    this.#values = values;
  }

  /** @param key of a file with another one nothing is used */
  static async open(file: string | undefined, key: string): Promise<Known> {
    if (file === undefined || !existsSync(file)) return new Known(file, key, {});
    try {
      const saved = JSON.parse(await readFile(file, 'utf8'));
      return new Known(file, key, saved.key === key ? saved.values : {});
    } catch {
      return new Known(file, key, {}); // half a file is none
    }
  }

  async get(layer: string, level: number, measure: () => Promise<number | null>): Promise<number | null> {
    const name = `${layer} ${level}`;
    if (Object.hasOwn(this.#values, name)) return this.#values[name];
    this.#values[name] = await measure();
    await this.save();
    return this.#values[name];
  }

  async save(table?: SensitivityTable): Promise<void> {
    if (this.#file === undefined) return;
    await mkdir(dirname(this.#file), { recursive: true });
    const text = JSON.stringify({ key: this.#key, values: this.#values, table }, undefined, 1);
    await writeBytesAtomically(this.#file, new TextEncoder().encode(`${text}\n`));
  }
}

import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { readWeights } from '../checkpoint/model-weights.ts';
import { writeBytesAtomically } from '../checkpoint/write-bytes-atomically.ts';
import { DlError } from '../core/errors.ts';
import { formatPercent } from '../core/format.ts';
import { RandomStream } from '../core/random.ts';
import type { DataLoader } from '../data/data-loader.ts';
import type { Features } from '../data/features.ts';
import { requireSameFeatures } from '../data/require-same-features.ts';
import type { ModelFile } from '../packed/model-file.ts';
import { readModelFile } from '../packed/read-model-file.ts';
import type { StoredForms } from '../packed/stored-form.ts';
import { evaluateModel } from '../training/evaluate-model.ts';
import { resolveMetric } from '../training/resolve-parts.ts';
import type { CompressionLayer, CompressionResult, CompressionRow } from './compression-result.ts';
import { packModel } from './pack-model.ts';
import { stepsOf } from './pipeline.ts';
import { prunableWeights } from './prunable-weights.ts';
import type { ActiveTechnique, Technique, TechniqueContext, TrainingSettings } from './technique.ts';
import { topologyOf } from './topology.ts';

/** How a model was trained and what it is judged by; `config.training` has the first five. */
export interface CompressOptions extends TrainingSettings {
  readonly data: {
    readonly train: DataLoader;
    readonly validation?: DataLoader;
    /** Called once, after the last step. */
    readonly test?: () => Promise<DataLoader>;
  };
  /** Where the packed model is written. @default nowhere */
  readonly file?: string;
  /** Called with each row of the table as soon as it is known. */
  readonly onRow?: (row: CompressionRow, metric: string) => void;
}

/** A trained model; what `loadBestModel` gives fits. */
export interface TrainedModelLike {
  readonly model: LayersModel;
  readonly features: Features;
}

/**
 * Runs a recipe on a copy of a trained model, judges it after every step on the validation data and at the end once on the
 * test data, and writes the packed file. The trained model is not changed.
 *
 * @param recipe a technique; usually a `pipeline([...])`
 * @throws DlError `config` or `refused` before any work where the recipe cannot be; the message says which step and why.
 * `data` where the data is prepared in another way than the model was trained with
 */
export async function compressModel(trained: TrainedModelLike, recipe: Technique, options: CompressOptions): Promise<CompressionResult> {
  const compression = new Compression(trained, stepsOf(recipe), options);
  compression.check();
  return compression.run();
}

class Compression {
  readonly #trained: TrainedModelLike;
  readonly #steps: readonly Technique[];
  readonly #options: CompressOptions;
  readonly #metric: string;
  readonly #rows: CompressionRow[] = [];
  readonly #notes: CompressionResult['notes'][number][] = [];
  readonly #active: ActiveTechnique[] = [];

  constructor(trained: TrainedModelLike, steps: readonly Technique[], options: CompressOptions) {
    this.#trained = trained;
    this.#steps = steps;
    this.#options = options;
    const [first] = options.metrics ?? [];
    this.#metric = (options.data.validation ? 'val_' : '') + (first === undefined ? 'loss' : resolveMetric(first).name);
  }

  /** Refuses data of another training, and a recipe that cannot be carried out. */
  check(): void {
    requireSameFeatures(this.#trained.features, this.#options.data.train.features);
    this.#steps.forEach((step, index) => {
      step.check?.(this.#context(this.#trained.model, index), { steps: this.#steps, index });
      const holding = this.#steps.slice(0, index).find(({ project }) => project);
      if (step.rewrite && !step.keepsKernels && holding) {
        throw new DlError(
          'refused',
          `The recipe has ${step.name} after ${holding.name}, but it changes the layers whose weights ${holding.name} holds: put ${step.name} first.`,
        );
      }
    });
    this.#notes.length = 0;
  }

  async run(): Promise<CompressionResult> {
    let model = await buildModel(topologyOf(this.#trained.model), await readWeights(this.#trained.model));
    try {
      await this.#addRow(model, undefined, 0);
      for (const [index, step] of this.#steps.entries()) {
        model = replaced(model, await step.rewrite?.(this.#context(model, index)));
        await this.#apply(step, index, model);
        await this.#addRow(model, step, index + 1);
      }
      for (const { technique, state } of this.#active) {
        model = replaced(model, await technique.finish?.(state, this.#context(model, this.#steps.length)));
      }
      return await this.#result(model);
    } catch (error) {
      model.dispose();
      throw error;
    } finally {
      for (const { technique, state } of this.#active) technique.dispose?.(state);
    }
  }

  async #apply(step: Technique, index: number, model: LayersModel): Promise<void> {
    const context = this.#context(model, index);
    if (step.init || step.project || step.encode) {
      const active: ActiveTechnique = { technique: step, state: await step.init?.(context), step: 0 };
      this.#active.push(active);
      step.project?.(active.state, model, 0);
    }
    await step.train?.(context, this.#active);
  }

  #context(model: LayersModel, index: number): TechniqueContext {
    const { data, loss, metrics, monitor, seed = 0, fastDevRun, optimizer } = this.#options;
    const step = this.#steps[index]?.label ?? 'finish';
    return {
      model,
      features: this.#trained.features,
      data,
      training: { loss, metrics, monitor, seed, fastDevRun, optimizer },
      random: new RandomStream(seed, 'compression', index),
      note: (note) => void this.#notes.push({ ...note, step }),
    };
  }

  /** @param stepsDone stored forms of later steps are not used yet */
  async #addRow(model: LayersModel, step: Technique | undefined, stepsDone: number): Promise<void> {
    const fileBytes = (await this.#pack(model, stepsDone)).length;
    const kept = countNonZero(model);
    const row: CompressionRow = {
      step: step?.label ?? 'as trained',
      trained: step?.train !== undefined,
      weightsKept: kept,
      value: await this.#judge(model),
      fileBytes,
      remark: step && !step.train ? remarkOn(this.#rows, kept, fileBytes) : '',
    };
    this.#rows.push(row);
    this.#options.onRow?.(row, this.#metric);
  }

  async #judge(model: LayersModel): Promise<number> {
    const { data, loss, metrics } = this.#options;
    const { logs } = await evaluateModel(model, data.validation ?? data.train, { loss, metrics });
    return logs[this.#metric.replace(/^val_/, '')];
  }

  #pack(model: LayersModel, stepsDone: number) {
    const brought = this.#steps.slice(0, stepsDone).map(({ storedForms = {} }) => storedForms);
    const forms: StoredForms = {
      layouts: brought.flatMap(({ layouts = [] }) => layouts),
      numbers: brought.flatMap(({ numbers = [] }) => numbers),
      coders: brought.flatMap(({ coders = [] }) => coders),
    };
    const last = this.#rows.at(-1);
    const metrics = last ? { [this.#metric]: last.value } : {};
    const encode = (file: ModelFile) =>
      this.#active.reduce((changed, { technique, state }) => technique.encode?.(state, changed) ?? changed, file);
    return packModel(model, { features: this.#trained.features, metrics, recipe: this.#recipe(), forms, encode });
  }

  #recipe() {
    return this.#steps.map(({ name, options }) => ({ name, options }));
  }

  async #result(model: LayersModel): Promise<CompressionResult> {
    const bytes = await this.#pack(model, this.#steps.length);
    const { file: path, data, loss, metrics } = this.#options;
    const file = path === undefined ? undefined : await writeModel(path, bytes);
    const layers = compareLayers(this.#trained.model, model, bytes);
    const test = await data.test?.();
    const judge = async (one: LayersModel, loader: DataLoader) => (await evaluateModel(one, loader, { loss, metrics })).logs;
    const sumOf = (key: 'rawBytes' | 'packedBytes') => layers.reduce((sum, layer) => sum + layer[key], 0);
    return {
      model,
      features: this.#trained.features,
      recipe: this.#recipe(),
      metric: this.#metric,
      rows: this.#rows,
      layers,
      rest: { rawBytes: this.#rows[0].fileBytes - sumOf('rawBytes'), packedBytes: bytes.length - sumOf('packedBytes') },
      notes: this.#notes,
      ...(test && { test: { before: await judge(this.#trained.model, test), after: await judge(model, test) } }),
      ...(file && { file }),
    };
  }
}

function replaced(before: LayersModel, after: LayersModel | undefined): LayersModel {
  if (after === undefined || after === before) return before;
  before.dispose();
  return after;
}

function remarkOn(rows: readonly CompressionRow[], kept: number, fileBytes: number): string {
  const trained = rows[0];
  const before = rows[rows.length - 1];
  if (fileBytes >= before.fileBytes) return 'not smaller';
  const smaller = `${(trained.fileBytes / fileBytes).toFixed(1)}x smaller`;
  return kept < before.weightsKept ? `${formatPercent(kept / trained.weightsKept)} kept, ${smaller}` : smaller;
}

function countNonZero(model: LayersModel): number {
  return prunableWeights(model).reduce((sum, { variable }) => sum + nonZeroIn(variable.dataSync() as Float32Array), 0);
}

function nonZeroIn(values: Float32Array): number {
  return values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
}

function compareLayers(before: LayersModel, after: LayersModel, bytes: Uint8Array): CompressionLayer[] {
  const { weights, stored } = readModelFile(bytes);
  const final = new Map(prunableWeights(after).map((weight) => [weight.layer, weight]));
  return prunableWeights(before).map(({ layer, name, size, variable }) => {
    const kernel = weights.get(name);
    const { form = '-', sizeBytes = 0 } = stored.get(name) ?? {};
    return {
      layer,
      weights: size,
      weightsKept: kernel ? nonZeroIn(kernel.values) : 0,
      units: variable.shape[variable.shape.length - 1],
      unitsKept: final.get(layer)?.variable.shape.at(-1) ?? 0,
      rawBytes: 4 * size,
      packedBytes: sizeBytes,
      form,
    };
  });
}

async function writeModel(path: string, bytes: Uint8Array): Promise<{ path: string; sizeBytes: number }> {
  await mkdir(dirname(path), { recursive: true });
  await writeBytesAtomically(path, bytes);
  return { path, sizeBytes: (await stat(path)).size };
}

import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
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
import { summarize } from '../models/summarize.ts';
import { readModelFile } from '../packed/read-model-file.ts';
import { evaluateModel } from '../training/evaluate-model.ts';
import { resolveMetric } from '../training/resolve-parts.ts';
import type { CompressionResult, CompressionRow } from './compression-result.ts';
import { packModel } from './pack-model.ts';
import { stepsOf } from './pipeline.ts';
import { checkCompression } from './recipe/check-compression.ts';
import { compareLayers, countKept, kernelBytes } from './recipe/compare-layers.ts';
import { DropGuard } from './recipe/drop-guard.ts';
import { engineRefusal } from './recipe/engine-refusal.ts';
import { measureSpeed } from './recipe/measure-speed.ts';
import { packState } from './recipe/pack-state.ts';
import { canBeSaved, RecipeState } from './recipe/recipe-state.ts';
import { refuseOrder } from './recipe/refuse-order.ts';
import { digestOfFacts, type SavedStep } from './recipe/saved-step.ts';
import { StepsFolder } from './recipe/steps-folder.ts';
import { topologyOf } from './surgery/topology.ts';
import type { Technique, TechniqueContext, TrainingSettings } from './technique.ts';

/** How a model was trained and what it is judged by; `config.training` has the first five. */
export interface CompressOptions extends TrainingSettings {
  readonly data: {
    readonly train: DataLoader;
    readonly validation?: DataLoader;
    /** Called once, after the last step. */
    readonly test?: () => Promise<DataLoader>;
  };
  /**
   * Where the packed model is written. While the recipe runs, `steps/` beside it has what is done so far: a call with the same recipe, weights and
   * settings goes on from there if this one is killed, and ends with the same bits.
   * @default nowhere
   */
  readonly file?: string;
  /** Begins with the first step, whatever an earlier call has left. @default false */
  readonly fresh?: boolean;
  /** Called with each row of the table as soon as it is known; with those of an earlier call too. */
  readonly onRow?: (row: CompressionRow, metric: string) => void;
  /** Called with a line that the user should know before the table begins. */
  readonly onNotice?: (text: string) => void;
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
  checkCompression(trained, recipe, options);
  const compression = new Compression(trained, recipe, options);
  compression.check();
  return compression.run();
}

class Compression {
  readonly #trained: TrainedModelLike;
  readonly #steps: readonly Technique[];
  readonly #options: CompressOptions;
  readonly #metric: string;
  readonly #guard: DropGuard | undefined;
  #folder: StepsFolder | undefined;
  #state!: RecipeState;
  #stepsDone = 0;
  #stopReason: string | undefined;

  constructor(trained: TrainedModelLike, recipe: Technique, options: CompressOptions) {
    this.#trained = trained;
    this.#steps = stepsOf(recipe);
    this.#options = options;
    const first = options.metrics?.[0] === undefined ? undefined : resolveMetric(options.metrics[0]);
    this.#metric = (options.data.validation ? 'val_' : '') + (first?.name ?? 'loss');
    if (recipe.maxDrop !== undefined) this.#guard = new DropGuard(recipe.maxDrop, this.#metric, first?.higherIsBetter ?? false);
  }

  /** Refuses data of another training, and a recipe that cannot be carried out. */
  check(): void {
    requireSameFeatures(this.#trained.features, this.#options.data.train.features);
    this.#steps.forEach((step, index) => {
      step.check?.({ ...this.#context(this.#trained.model, index), note() {}, backup: undefined }, { steps: this.#steps, index });
    });
    refuseOrder(this.#steps);
  }

  async run(): Promise<CompressionResult> {
    const { model } = this.#trained;
    const weights = await readWeights(model);
    this.#folder = this.#openFolder(weights);
    await this.#folder?.create();
    this.#state = new RecipeState(await buildModel(topologyOf(model), weights), this.#steps);
    const contextOf = (one: LayersModel, index: number) => this.#context(one, index);
    try {
      await this.#warn();
      await this.#begin(contextOf);
      await this.#carryOut(contextOf);
      await this.#state.finish(contextOf);
      return await this.#result();
    } catch (error) {
      this.#state.model.dispose();
      throw error;
    } finally {
      this.#state.disposeStates();
    }
  }

  /** What a training leaves is told apart by everything that it depends on. */
  #openFolder(weights: Awaited<ReturnType<typeof readWeights>>): StepsFolder | undefined {
    const { file, data, loss, metrics, monitor, seed, fastDevRun, optimizer } = this.#options;
    if (file === undefined) return undefined;
    const sizes = [data.train, data.validation].map((loader) => loader && [loader.length, loader.batchSize, loader.steps]);
    const facts = {
      topology: topologyOf(this.#trained.model),
      features: this.#trained.features,
      loss,
      metrics,
      monitor,
      seed,
      fastDevRun,
      optimizer,
      sizes,
    };
    const keys = this.#steps.map((_, index) => digestOfFacts({ ...facts, steps: this.#recipe(index + 1) }, weights));
    return new StepsFolder(join(dirname(file), 'steps'), keys);
  }

  /** Which layers cannot be made small or fast is said before any work. */
  async #warn(): Promise<void> {
    const refusal = this.#options.file === undefined ? undefined : await engineRefusal(await this.#pack(0));
    if (refusal) this.#options.onNotice?.(refusal);
  }

  /** At the beginning, or behind the last step that an earlier call has finished. */
  async #begin(contextOf: (model: LayersModel, index: number) => TechniqueContext): Promise<void> {
    const { fresh = false, onRow, onNotice } = this.#options;
    if (fresh) await this.#folder?.clear();
    // What can be undone is where the model was judged.
    const found = await this.#folder?.newest((index) => !this.#guard || this.#isJudged(index));
    if (!found) return this.#addRow(undefined);
    await this.#state.restore(found.saved, contextOf);
    this.#stepsDone = found.index + 1;
    onNotice?.(`goes on behind step ${this.#stepsDone} of ${this.#steps.length}, where it was stopped`);
    for (const row of this.#state.rows) onRow?.(row, this.#metric);
  }

  async #carryOut(contextOf: (model: LayersModel, index: number) => TechniqueContext): Promise<void> {
    let good = this.#guard && (await this.#state.save());
    while (this.#stepsDone < this.#steps.length) {
      const index = this.#stepsDone;
      await this.#state.apply(index, contextOf);
      this.#stepsDone++;
      await this.#addRow(this.#steps[index]);
      const guard = this.#isJudged(index) ? this.#guard : undefined;
      const saved = this.#folder || guard ? await this.#state.save() : undefined;
      if (guard) {
        this.#stopReason = guard.objection(this.#state.rows);
        if (this.#stopReason) return this.#undo(good, contextOf);
        good = saved;
      }
      if (saved) await this.#folder?.save(index, saved);
    }
  }

  /** What a step takes away the training behind it may make up for. */
  #isJudged(index: number): boolean {
    return this.#steps[index].train !== undefined || index === this.#steps.length - 1;
  }

  /** Back to the last good model; the rows that were told stay, as undone. */
  async #undo(good: SavedStep | undefined, contextOf: (model: LayersModel, index: number) => TechniqueContext): Promise<void> {
    if (!good) throw new DlError('refused', `${this.#stopReason}, and maxDrop cannot undo it: a technique of the recipe has no saveState.`);
    const told = this.#state.rows.slice(good.rows.length);
    await this.#state.restore(good, contextOf);
    this.#stepsDone = good.rows.length - 1;
    this.#state.rows.push(...told.map((row) => ({ ...row, undone: true as const })));
  }

  #context(model: LayersModel, index: number): TechniqueContext {
    const { data, loss, metrics, monitor, seed = 0, fastDevRun, optimizer } = this.#options;
    const step = this.#steps[index]?.label ?? 'finish';
    const isSaved = this.#folder && this.#steps[index] && this.#state?.active.every(canBeSaved);
    return {
      model,
      features: this.#trained.features,
      original: this.#trained.model,
      data,
      training: { loss, metrics, monitor, seed, fastDevRun, optimizer },
      random: new RandomStream(seed, 'compression', index),
      backup: isSaved ? this.#folder?.backup(index) : undefined,
      note: (note) => void this.#state.notes.push({ ...note, step }),
    };
  }

  async #addRow(step: Technique | undefined): Promise<void> {
    const { model, rows } = this.#state;
    const packed = await this.#pack(this.#stepsDone);
    const weightsKept = countKept(model);
    const fileBytes = packed.length;
    const { multiplyAccumulates: multiplyAdds } = summarize(model);
    const row: CompressionRow = {
      step: step?.label ?? 'as trained',
      trained: step?.train !== undefined,
      weightsKept,
      value: await this.#judge(model),
      fileBytes,
      kernelBytes: kernelBytes(readModelFile(packed)),
      multiplyAdds,
      remark: step && !step.train ? remarkOn(rows, { weightsKept, fileBytes, multiplyAdds }) : '',
    };
    rows.push(row);
    this.#options.onRow?.(row, this.#metric);
  }

  async #judge(model: LayersModel): Promise<number> {
    const { data, loss, metrics } = this.#options;
    const { logs } = await evaluateModel(model, data.validation ?? data.train, { loss, metrics });
    return logs[this.#metric.replace(/^val_/, '')];
  }

  /** @param stepsDone stored forms of later steps are not used yet */
  #pack(stepsDone: number) {
    const last = this.#state.rows.findLast(({ undone }) => !undone);
    const metrics = last ? { [this.#metric]: last.value } : {};
    return packState(this.#state, this.#steps.slice(0, stepsDone), { features: this.#trained.features, metrics });
  }

  #recipe(stepsDone: number) {
    return this.#steps.slice(0, stepsDone).map(({ name, options }) => ({ name, options }));
  }

  async #result(): Promise<CompressionResult> {
    const { model, rows, notes } = this.#state;
    const { features } = this.#trained;
    const bytes = await this.#pack(this.#stepsDone);
    const { file: path, data, loss, metrics } = this.#options;
    const file = path === undefined ? undefined : await writeModel(path, bytes);
    const packed = readModelFile(bytes);
    const layers = compareLayers(this.#trained.model, model, packed);
    const trainedBytes = await packModel(this.#trained.model, { features, forms: {} });
    const test = await data.test?.();
    const judge = async (one: LayersModel, loader: DataLoader) => (await evaluateModel(one, loader, { loss, metrics })).logs;
    const sumOf = (key: 'rawBytes' | 'packedBytes') => layers.reduce((sum, layer) => sum + layer[key], 0);
    const result = {
      model,
      features,
      recipe: this.#recipe(this.#stepsDone),
      metric: this.#metric,
      rows,
      layers,
      rest: { rawBytes: rows[0].fileBytes - sumOf('rawBytes'), packedBytes: bytes.length - sumOf('packedBytes') },
      gzipBytes: { trained: gzipSync(trainedBytes).length, compressed: gzipSync(await packModel(model, { features, forms: {} })).length },
      notes,
      ...(this.#stopReason && { stopReason: this.#stopReason }),
      ...(test && { test: { before: await judge(this.#trained.model, test), after: await judge(model, test) } }),
      ...(file && { file, speed: await measureSpeed(this.#trained.model, { trained: trainedBytes, compressed: bytes }) }),
    };
    await this.#folder?.clear();
    return result;
  }
}

function remarkOn(rows: readonly CompressionRow[], now: Pick<CompressionRow, 'weightsKept' | 'fileBytes' | 'multiplyAdds'>): string {
  const trained = rows[0];
  const before = rows[rows.length - 1];
  const parts = [
    // Rounding makes a few weights 0, too: that is not what the step is for.
    ...(now.weightsKept < 0.98 * before.weightsKept ? [`${formatPercent(now.weightsKept / trained.weightsKept)} kept`] : []),
    now.fileBytes < before.fileBytes ? `${(trained.fileBytes / now.fileBytes).toFixed(1)}x smaller` : 'not smaller',
    ...(now.multiplyAdds < before.multiplyAdds ? [`${(trained.multiplyAdds / now.multiplyAdds).toFixed(1)}x less to compute`] : []),
  ];
  return parts.join(', ');
}

async function writeModel(path: string, bytes: Uint8Array): Promise<{ path: string; sizeBytes: number }> {
  await mkdir(dirname(path), { recursive: true });
  await writeBytesAtomically(path, bytes);
  return { path, sizeBytes: (await stat(path)).size };
}

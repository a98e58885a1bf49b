import type { Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Callback, Logs, TrainingContext } from '../callbacks/callback.ts';
import { CallbackList } from '../callbacks/callback-list.ts';
import type { EpochMonitor } from '../callbacks/monitor.ts';
import type { CheckpointContent } from '../checkpoint/checkpoint.ts';
import { loadWeightsInto, type NamedWeights, readWeights } from '../checkpoint/model-weights.ts';
import type { ResumableCheckpoint } from '../checkpoint/read-saved-training.ts';
import { requireSameLayers } from '../checkpoint/require-same-layers.ts';
import { DlError } from '../core/errors.ts';
import { formatCount } from '../core/format.ts';
import type { Batch, RawSample, SkippedSample } from '../data/dataset.ts';
import type { Features } from '../data/features.ts';
import { requireSameFeatures } from '../data/require-same-features.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { BatchSource } from './batch-source.ts';
import { RunningLogs } from './running-logs.ts';

type Fixed = Pick<TrainingContext, 'model' | 'optimizer' | 'features' | 'params'> & {
  readonly monitor: EpochMonitor;
  readonly metrics: readonly Metric[];
  readonly callbacks: readonly Callback[];
  /** The training data. */
  readonly source: BatchSource;
  /** The validation data. */
  readonly held: BatchSource | undefined;
};

/** Where a training stands. The trainer moves it on; callbacks see it as their context; `snapshot` and `restore` are its file form. */
export class TrainingState implements TrainingContext {
  readonly model: LayersModel;
  readonly optimizer: Optimizer;
  readonly features: Features;
  readonly params: TrainingContext['params'];
  readonly monitor: EpochMonitor;
  readonly callbacks: CallbackList;
  /** Loss and metrics of the epoch so far. */
  readonly running: RunningLogs;
  readonly history: Logs[] = [];
  step = 0;
  epoch = 0;
  stepInEpoch = 0;
  batch: Batch | undefined;
  batchLoss = Number.NaN;
  /** The weights of the best epoch, where they are kept. */
  best: NamedWeights | undefined;
  readonly #source: BatchSource;
  readonly #held: BatchSource | undefined;
  #stopReason: string | undefined;

  constructor({ model, optimizer, features, params, monitor, metrics, callbacks, source, held }: Fixed) {
    this.model = model;
    this.optimizer = optimizer;
    this.features = features;
    this.params = params;
    this.monitor = monitor;
    this.running = new RunningLogs(metrics, features);
    this.callbacks = new CallbackList(callbacks, this);
    this.#source = source;
    this.#held = held;
  }

  stopTraining(reason: string): void {
    this.#stopReason ??= reason;
  }

  get stopReason(): string | undefined {
    return this.#stopReason;
  }

  get stopped(): boolean {
    return this.#stopReason !== undefined;
  }

  get skipped(): readonly SkippedSample[] {
    const all = [...(this.#source.skipped ?? []), ...(this.#held?.skipped ?? [])];
    return [...new Map(all.map((sample) => [sample.reason, sample])).values()]; // both may be parts of one dataset
  }

  rawValidationSample(index: number): RawSample | undefined | Promise<RawSample | undefined> {
    return this.#held?.raw?.(index);
  }

  async snapshot(): Promise<CheckpointContent | undefined> {
    const { model, optimizer, features, params, monitor, history, step, epoch, stepInEpoch, best } = this;
    const running = stepInEpoch === 0 ? null : this.#source.resumesAtEpochsOnly ? undefined : this.running.stateDict();
    if (running === undefined) return undefined;
    return {
      model,
      features,
      epoch: history.length - 1,
      logs: history.at(-1) ?? {},
      optimizerState: await optimizer.stateDict(),
      training: {
        ...{ epoch, stepInEpoch, step, params, history, running, best },
        learningRate: optimizer.learningRate,
        monitor: monitor.stateDict(),
        callbacks: await this.callbacks.stateDicts(),
        stopReason: this.#stopReason ?? null,
      },
    };
  }

  /**
   * Goes back to where a snapshot was taken.
   * @throws DlError `shape` for another model, `data` for other data, `config` for fewer epochs than are done
   */
  restore(saved: ResumableCheckpoint, variables: readonly Variable[]): void {
    const { training, optimizerState } = saved;
    requireSameLayers(saved.topology, this.model);
    requireSameFeatures(saved.features, this.features);
    requireSameSizes(training.params, this.params);
    if (training.history.length > this.params.epochs) {
      throw new DlError('config', `training.epochs is ${this.params.epochs}, but ${training.history.length} epochs are done already.`);
    }
    loadWeightsInto(this.model, saved);
    this.optimizer.loadStateDict(optimizerState, variables);
    this.optimizer.learningRate = training.learningRate;
    this.epoch = training.epoch;
    this.stepInEpoch = training.stepInEpoch;
    this.step = training.step;
    this.best = training.best;
    this.history.splice(0, Number.POSITIVE_INFINITY, ...training.history);
    this.monitor.loadStateDict(training.monitor);
    if (training.stepInEpoch > 0) this.running.loadStateDict(training.running);
    this.callbacks.loadStateDicts(training.callbacks);
    // Whoever asks for more epochs wants them, although it had come to its end.
    this.#stopReason = this.params.epochs > training.params.epochs ? undefined : (training.stopReason ?? undefined);
  }

  /** The weights as they are now are those of the best epoch. */
  async keepBest(): Promise<void> {
    this.best = await readWeights(this.model);
  }

  putBestBack(): void {
    if (this.best) loadWeightsInto(this.model, { weights: this.best });
  }
}

/** A position in an epoch means the same samples only where all of this is the same. */
function requireSameSizes(then: TrainingContext['params'], now: TrainingContext['params']): void {
  const words = { trainSamples: 'training samples', batchSize: 'samples per batch', stepsPerEpoch: 'steps per epoch' } as const;
  for (const size of ['trainSamples', 'batchSize', 'stepsPerEpoch'] as const) {
    if (then[size] === now[size]) continue;
    const [before, after] = [formatCount(then[size]), formatCount(now[size])];
    throw new DlError('data', `It was interrupted with ${before} ${words[size]}, now there are ${after}: it cannot go on where it was.`);
  }
  if (then.seed !== now.seed) throw new DlError('config', `It was begun with seed ${then.seed}, now it is ${now.seed}: it cannot go on.`);
}

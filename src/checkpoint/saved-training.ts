import type { NamedWeights } from './model-weights.ts';

type Logs = Readonly<Record<string, number>>;

/** Where a training stood, beside its weights and its optimizer's slots: with these it goes on as if it had not been interrupted. */
export interface SavedTraining {
  /** The epoch to go on in, from 0; between two epochs the next one. */
  readonly epoch: number;
  /** Steps of that epoch that are done. */
  readonly stepInEpoch: number;
  /** Steps over all epochs. */
  readonly step: number;
  /** The optimizer's, which a schedule may have changed. */
  readonly learningRate: number;
  /** Sizes that must be the same for the position to mean the same samples. */
  readonly params: TrainingSizes;
  /** The logs of every finished epoch. */
  readonly history: readonly Logs[];
  readonly monitor: unknown;
  /** What loss and metrics added up in the unfinished epoch; null between epochs. */
  readonly running: unknown;
  /** By the callbacks' names. */
  readonly callbacks: Readonly<Record<string, unknown>>;
  /** Why it was to end; null where it was not. */
  readonly stopReason: string | null;
  /** The weights of the best epoch; undefined where none is kept. */
  readonly best: NamedWeights | undefined;
}

/** What a training passes over. */
export interface TrainingSizes {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly batchSize: number;
  readonly trainSamples: number;
  readonly validationSamples: number;
  readonly seed: number;
}

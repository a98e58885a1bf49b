import type { NamedTensorMap, Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { CheckpointContent } from '../checkpoint/checkpoint.ts';
import type { Part } from '../config/part.ts';
import type { DataLoader } from '../data/data-loader.ts';
import type { Batch, RawSample, SkippedSample } from '../data/dataset.ts';
import type { Features } from '../data/features.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Run } from '../runs/run.ts';
import type { Monitor } from './monitor.ts';

/** Named numbers, under Keras' keys: `loss`, `accuracy`, `val_loss`, `val_accuracy`. */
export type Logs = Readonly<Record<string, number>>;

/** What a callback sees of the training. */
export interface TrainingContext {
  readonly model: LayersModel;
  readonly optimizer: Optimizer;
  readonly features: Features;
  /** Samples that could not be read and were left out so far, where the data was told to do so. */
  readonly skipped: readonly SkippedSample[];
  /** Sizes of this training, known from the beginning. */
  readonly params: {
    readonly epochs: number;
    readonly stepsPerEpoch: number;
    /** Of the whole training as planned. */
    readonly totalSteps: number;
    readonly batchSize: number;
    readonly trainSamples: number;
    readonly validationSamples: number;
    readonly seed: number;
  };
  /** The one judge of "better": best checkpoint, early stopping and plateau all ask it. */
  readonly monitor: Monitor;
  /** The logs of every finished epoch, first epoch first. */
  readonly history: readonly Logs[];
  /** Steps taken so far, over all epochs. */
  readonly step: number;
  /** The epoch that is being trained, from 0; in `onEpochEnd` and before the first step of one the next to be trained. */
  readonly epoch: number;
  /** Steps of `epoch` that are done. */
  readonly stepInEpoch: number;
  /**
   * Ends the training: in a batch hook after this step (the unfinished epoch is not judged), in an epoch hook after this epoch.
   * The reason is a sentence for the user, without a full stop; the first one given counts.
   */
  stopTraining(reason: string): void;
  /** The batch of the step that is being taken, in the hooks of a batch. */
  readonly batch: Batch | undefined;
  /** The loss of the last step alone; the logs have means. */
  readonly batchLoss: number;
  /** Validation sample `index`, counted in the order of `onTestBatchEnd`, before preprocessing; undefined where it cannot be shown. */
  rawValidationSample(index: number): RawSample | undefined | Promise<RawSample | undefined>;
  /**
   * Everything that is needed to go on exactly from here, to be saved by `saveCheckpoint`: asked for in `onTrainBatchEnd` and `onEpochEnd`.
   * Undefined in the middle of an epoch where data or metrics allow to go on at its beginning only.
   */
  snapshot(): Promise<CheckpointContent | undefined>;
  /** The reason given, if any. */
  readonly stopReason: string | undefined;
}

/** What is known before a training begins. */
export interface TrainingToCome {
  readonly epochs: number;
  readonly train: TrainingSource;
  readonly validation?: TrainingSource;
}

/** Batches: a `DataLoader`. */
type TrainingSource = Pick<DataLoader, 'length' | 'steps' | 'batchSize' | 'epoch' | 'features'>;

/** A batch as the trainer's own step sees it, on the backend. */
export interface TrainedBatch {
  /** `[size, ...inputShape]` */
  readonly inputs: Tensor;
  /** Class numbers `[size]`, or values `[size, outputs]`. */
  readonly targets: Tensor;
  /** What the model says: `[size, outputs]`, before its last activation where `areLogits`. */
  readonly outputs: Tensor;
  readonly areLogits: boolean;
  /** The mean over the batch. */
  readonly loss: Scalar;
}

/**
 * Something that happens during training. Keras' hooks and names; epochs and steps count from 0.
 * What a hook throws ends the training; other callbacks then get `onException`.
 */
export interface Callback {
  readonly name: string;
  /**
   * Before anything else: may give another model to be trained in the place of this one, which it disposes of then. The trainer's `model` is the new one.
   */
  replaceModel?(model: LayersModel, training: TrainingToCome): LayersModel | Promise<LayersModel>;
  /** False leaves the model with the weights of the last epoch, as the trainer's option of that name does. @default true */
  readonly restoreBestWeights?: boolean;
  onTrainBegin?(context: TrainingContext): void | Promise<void>;
  onTrainEnd?(context: TrainingContext, logs: Logs): void | Promise<void>;
  onEpochBegin?(context: TrainingContext, epoch: number): void | Promise<void>;
  /** Before an epoch is judged: before the validation or, without validation data, in its place. */
  onTestBegin?(context: TrainingContext): void | Promise<void>;
  /** After each batch of the validation. @param predictions `[size, outputs]`: probabilities or values */
  onTestBatchEnd?(context: TrainingContext, batch: Batch, predictions: Float32Array): void | Promise<void>;
  onEpochEnd?(context: TrainingContext, epoch: number, logs: Logs): void | Promise<void>;
  onTrainBatchBegin?(context: TrainingContext, step: number): void | Promise<void>;
  /** @param logs the means over the epoch so far */
  onTrainBatchEnd?(context: TrainingContext, step: number, logs: Logs): void | Promise<void>;
  /**
   * What is minimised in place of the loss. Inside the gradient, so made of operations of tfjs; the loss that is told stays the plain one,
   * to be compared with the validation's. A `trainStep` of one's own does not ask for it.
   */
  onLoss?(context: TrainingContext, batch: TrainedBatch): Scalar;
  /** Between gradients and step: may return changed gradients (same names). Synchronous, runs inside a tidy. */
  onGradients?(context: TrainingContext, gradients: NamedTensorMap): NamedTensorMap;
  onException?(context: TrainingContext, error: unknown): void | Promise<void>;
  /** False while epochs cannot be compared with later ones, since the model still changes its form: then none of them is the best. @default true */
  isComparable?(): boolean;
  /** Everything needed to go on exactly: plain JSON, in which any number and Float32Arrays may stand. */
  stateDict?(): unknown;
  /** Called before `onTrainBegin`. */
  loadStateDict?(state: unknown): void;
}

/** A callback that config.ts can name. */
export interface CallbackDefinition<Name extends string = string, Options extends object = object> extends Part<Name, Options> {
  /** Set where it changes neither weights nor rates: then it may be changed when a training goes on. @default false */
  readonly watchesOnly?: boolean;
  /** @param run where to write; undefined outside a run */
  create(options: Options, run: Run | undefined): Callback;
}

/** Declares a callback; its options and their types follow from `defaults`. */
export function defineCallback<const Name extends string, Options extends object>(
  definition: CallbackDefinition<Name, Options>,
): CallbackDefinition<Name, Options> {
  return definition;
}

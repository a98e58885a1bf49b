import { createHash } from 'node:crypto';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Features } from '../data/features.ts';
import type { OptimizerState } from '../optimizers/optimizer.ts';
import { digestOf } from '../packed/model-file.ts';
import type { SafetensorsFile } from '../packed/safetensors.ts';
import type { NamedWeights } from './model-weights.ts';
import type { SavedTraining } from './saved-training.ts';

/** What was known of a model when it was saved. */
export interface Checkpoint {
  readonly features: Features;
  /** The last epoch that had ended, from 0; -1 before the first. */
  readonly epoch: number;
  /** The logs of that epoch. */
  readonly logs: Readonly<Record<string, number>>;
  /** Undefined where it was not saved. */
  readonly optimizerState?: OptimizerState;
  /** What a training needs to go on from here; undefined where only the model was saved. */
  readonly training?: SavedTraining;
}

/** What is given to be saved. */
export interface CheckpointContent extends Checkpoint {
  readonly model: LayersModel;
}

/** What a file holds, before a model is made of it. */
export interface StoredCheckpoint extends Checkpoint {
  /** Keras' topology: `{ class_name, config }`. */
  readonly topology: unknown;
  readonly weights: NamedWeights;
}

/** A checkpoint with its model, ready to predict or to be trained on. */
export interface TrainedModel extends Checkpoint {
  readonly model: LayersModel;
}

/** What `format` and `version` say in the metadata of the file. */
export const checkpointFormat = 'dl-project checkpoint';
export const checkpointVersion = '1';

/** Put before the names of tensors that are no weights of the model: the optimizer's, the best epoch's, those of callbacks. */
export const optimizerPrefix = 'optimizer:';
export const bestPrefix = 'best:';
export const statePrefix = 'state:';

/** What `sha256` in the metadata must be. */
export function checkpointDigest(file: SafetensorsFile): string {
  return digestOf(file, (bytes) => createHash('sha256').update(bytes).digest('hex'));
}

import type { Tensor } from '@tensorflow/tfjs-core';
import type { DataLoader } from '../../data/data-loader.ts';
import type { TechniqueContext } from '../technique.ts';
import type { PrunableWeight } from '../weight-pruning/prunable-weights.ts';

/** What a criterion may look at. */
export interface ImportanceContext extends Pick<TechniqueContext, 'model' | 'features' | 'training' | 'random'> {
  /** The kernels that are chosen from. */
  readonly kernels: readonly PrunableWeight[];
}

/** What one may look at that measures. */
export interface MeasuringContext extends ImportanceContext {
  readonly train: DataLoader;
}

/** By weight name, in the order of the weight's values: how much each matters, at least 0. What is 0 already scores 0. */
export type Scores = ReadonlyMap<string, Float32Array>;

/** Kernels that compete for one number of places. */
export interface Competition {
  readonly kernels: readonly PrunableWeight[];
  /** How many of their weights stay. */
  readonly left: number;
}

interface Criterion {
  /** As in the options: `obd`. */
  readonly name: string;
  /** @throws DlError `refused` where the criterion cannot be computed */
  check?(context: ImportanceContext): void;
}

/** Scores that follow from the weights as they are. */
export interface WeightImportance extends Criterion {
  readonly needs: 'nothing';
  scores(context: Pick<ImportanceContext, 'kernels' | 'random'>): Scores;
}

/** Scores that follow from the weights and from their gradients while a later step trains. */
export interface GatheredImportance extends Criterion {
  readonly needs: 'gradients';
  /** @param context with the running mean of the squared gradients by weight name; none before the first step */
  scores(context: Pick<ImportanceContext, 'kernels' | 'random'> & { readonly squaredGradients: ReadonlyMap<string, Tensor> }): Scores;
}

/** Scores that are measured on the training data. */
export interface MeasuredImportance extends Criterion {
  readonly needs: 'data';
  scores(context: MeasuringContext): Promise<Scores>;
}

/** Removes weights one after the other, and moves the others to make up for each. */
export interface StepwiseRemoval extends Criterion {
  readonly needs: 'data';
  /** Changes the weights of the model. @returns 1 for each weight that stays, by weight name */
  remove(context: MeasuringContext, competitions: readonly Competition[]): Promise<Scores>;
}

export type Importance = WeightImportance | GatheredImportance | MeasuredImportance | StepwiseRemoval;

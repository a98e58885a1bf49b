import type { NamedTensorMap, Scalar } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { RandomStream } from '../core/random.ts';
import type { DataLoader } from '../data/data-loader.ts';
import type { Loss } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import type { StoredFormHint } from '../packed/stored-form.ts';

/** What a technique may use. */
export interface TechniqueContext {
  /** The model as the steps before left it. */
  readonly model: LayersModel;
  /** Undefined where the caller has none; techniques that need data declare it in `needs`. */
  readonly data?: { readonly train: DataLoader; readonly validation: DataLoader };
  readonly loss?: Loss;
  readonly metrics?: readonly Metric[];
  readonly random: RandomStream;
  /** A line for the report: what was done to which layer. */
  note(line: TechniqueNote): void;
}

export interface TechniqueNote {
  readonly layer: string;
  readonly text: string;
}

/**
 * One way to make a model smaller or faster. Every hook but the name is optional; a pipeline of techniques is one again.
 * The state that `init` makes goes through the other hooks; they are pure but for it.
 */
export interface Technique<State = unknown> {
  readonly name: string;
  readonly needs: 'nothing' | 'data' | 'training';
  /** Refuses, before any work, what cannot be: a ratio of 1, a layer that is not there, a wrong order of steps. */
  check?(context: TechniqueContext, before: readonly Technique[]): void;
  /** Model -> model, for surgery. The old model is disposed by the pipeline. */
  rewrite?(context: TechniqueContext): LayersModel | Promise<LayersModel>;
  /** The state that the training hooks share: masks, codebooks. */
  init?(context: TechniqueContext): State | Promise<State>;
  /** Changes the gradients before the step. */
  gradients?(state: State, gradients: NamedTensorMap): NamedTensorMap;
  /** After each training step, and once after `init`: puts the weights back where the technique wants them. */
  project?(state: State, model: LayersModel, step: number): void;
  /** A term added to the loss. */
  loss?(state: State, model: LayersModel): Scalar;
  /** Trains: only `fineTune` and its kin. Gets the techniques whose `project` must hold meanwhile. */
  train?(context: TechniqueContext, active: readonly ActiveTechnique[]): Promise<void>;
  /** Takes off what was only needed for training. */
  finish?(state: State, context: TechniqueContext): LayersModel | Promise<LayersModel>;
  /** How a weight should be stored in the packed file. */
  encode?(state: State, weight: { readonly name: string; readonly values: Float32Array }): StoredFormHint | undefined;
  /** Frees the tensors of the state. */
  dispose?(state: State): void;
}

/** A technique together with its state. */
export interface ActiveTechnique<State = unknown> {
  readonly technique: Technique<State>;
  readonly state: State;
}

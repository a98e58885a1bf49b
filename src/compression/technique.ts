import type { NamedTensorMap, Scalar } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TrainedBatch } from '../callbacks/callback.ts';
import type { NamedWeights } from '../checkpoint/model-weights.ts';
import type { RandomStream } from '../core/random.ts';
import type { DataLoader } from '../data/data-loader.ts';
import type { Features } from '../data/features.ts';
import type { ModelFile } from '../packed/model-file.ts';
import type { StoredForms } from '../packed/stored-form.ts';
import type { TrainerOptions } from '../training/trainer.ts';

/** What a technique may use. */
export interface TechniqueContext {
  /** The model as the steps before left it; in `check` as it came. */
  readonly model: LayersModel;
  readonly features: Features;
  /** The model as it was trained, before the first step; to be left as it is. Undefined where there is none: a recipe during training. */
  readonly original?: LayersModel;
  /** Undefined where the caller has none; techniques that need data declare it in `needs`. */
  readonly data?: { readonly train: DataLoader; readonly validation?: DataLoader };
  /** How the model was trained; undefined where the caller cannot say. */
  readonly training?: TrainingSettings;
  /** A stream of this step's own. */
  readonly random: RandomStream;
  /** Where a step that trains may save itself, to go on from there if it is killed; empty at the step's beginning. @default nowhere */
  readonly backup?: { path(...parts: string[]): string };
  /** A line for the report: what was done to which layer. */
  note(line: TechniqueNote): void;
}

/** What fine-tuning takes over from the training. */
export type TrainingSettings = Pick<TrainerOptions, 'loss' | 'metrics' | 'monitor' | 'seed' | 'fastDevRun'> & {
  readonly optimizer: string | { readonly name: string; readonly learningRate?: number };
};

export interface TechniqueNote {
  readonly layer: string;
  readonly text: string;
}

/** Where a technique stands in its recipe. */
export interface RecipePosition {
  /** Every step of the recipe, pipelines inside pipelines laid flat. */
  readonly steps: readonly Technique[];
  readonly index: number;
}

/**
 * One way to make a model smaller or faster. Every hook is optional; a pipeline of techniques is one again.
 * The state that `init` makes goes through the hooks below it; they are pure but for it.
 */
// biome-ignore lint/suspicious/noExplicitAny: the state is the technique's own; whoever runs it only hands it back.
export interface Technique<State = any> {
  /** As in the registry, so that a recipe can be written to a file and made again: `pruneWeights`. */
  readonly name: string;
  /** What it is called in tables, without its options' details: `prune weights`, `fine-tune 4 ep`. */
  readonly label: string;
  /** What it was made with; plain JSON. */
  readonly options: object;
  readonly needs: 'nothing' | 'data' | 'training';
  /** A pipeline has steps, and no hooks of its own. */
  readonly steps?: readonly Technique[];
  /** Of a pipeline: how much worse its model may become; see `PipelineOptions`. */
  readonly maxDrop?: number;
  /** How long `train` takes; schedules of the steps before must end within it. */
  readonly epochs?: number;
  /** What the packed file may use from this step on, besides dense float32. */
  readonly storedForms?: StoredForms;
  /** Refuses, before any work, what cannot be: a ratio of 1, a layer that is not there, a wrong order of steps. */
  check?(context: TechniqueContext, position: RecipePosition): void;
  /** Model -> model, for surgery. The old model is disposed by the caller. */
  rewrite?(context: TechniqueContext): LayersModel | Promise<LayersModel>;
  /** True where `rewrite` leaves the kernels their names, shapes and zeros: it may then stand after steps that hold weights. @default false */
  readonly keepsKernels?: boolean;
  /** The state that the hooks share: masks, codebooks. Called after `rewrite`. */
  init?(context: TechniqueContext): State | Promise<State>;
  /** Changes the gradients before the step; may put other weights into the model for the step to change. Runs inside a tidy. */
  gradients?(state: State, gradients: NamedTensorMap, model: LayersModel): NamedTensorMap;
  /** Once after `init` (step 0) and after each training step (from 1): puts the weights back where the technique wants them. */
  project?(state: State, model: LayersModel, step: number): void;
  /** False while a schedule still changes what `project` does: an epoch that ends then is not comparable. @default true */
  settled?(state: State, step: number): boolean;
  /** A term added to the loss, of the weights alone: a penalty. */
  loss?(state: State, model: LayersModel): Scalar;
  /** What is minimised in place of the training's loss, from what the model says about a batch: distillation. Inside the gradient. */
  trainingLoss?(state: State, batch: TrainedBatch): Scalar;
  /** Trains: only `fineTune` and its kin. Gets the techniques whose `project` must hold meanwhile. */
  train?(context: TechniqueContext, active: readonly ActiveTechnique[]): Promise<void>;
  /**
   * How the model lies in the file: the scales of quantized weights, the ranges of activations, a topology without the layers
   * that only simulate. Pure; called in the order of the steps whenever the size of the file is counted.
   */
  encode?(state: State, file: ModelFile): ModelFile;
  /** The state as weights, so that an interrupted recipe goes on where it was. Every technique with `project` or `gradients` has both. */
  saveState?(state: State): NamedWeights;
  /** `init` from what `saveState` gave; the context's model is the one that was saved with it. */
  loadState?(saved: NamedWeights, context: TechniqueContext): State;
  /** Takes off what was only needed for training. */
  finish?(state: State, context: TechniqueContext): LayersModel | Promise<LayersModel>;
  /** Frees the tensors of the state. */
  dispose?(state: State): void;
}

/** A technique together with its state, while the steps after it run. */
export interface ActiveTechnique {
  readonly technique: Technique;
  state: unknown;
  /** Training steps since `init`. */
  step: number;
}

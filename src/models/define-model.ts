import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Part } from '../config/part.ts';
import type { Features } from '../data/features.ts';

/** A model that config.ts can name. */
export interface ModelDefinition<Name extends string = string, Options extends object = object> extends Part<Name, Options> {
  /** Its outputs need not be those of the data: it has a training step of its own. @default false */
  readonly ownOutputs?: boolean;
  /**
   * Builds the layers for inputs `[batch, ...features.inputShape]` and outputs `[batch, features.outputs]`.
   * The initial weights are drawn afterwards, by `createModel`, from the config's seed.
   */
  build(features: Features, options: Options): LayersModel;
}

/** Declares a model; its options and their types follow from `defaults`. */
export function defineModel<const Name extends string, Options extends object>(
  definition: ModelDefinition<Name, Options>,
): ModelDefinition<Name, Options> {
  return definition;
}

import type { NamedTensorMap, Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../config/part.ts';

/** Changes the weights by their gradients. Its state is plain and can be saved. */
export interface Optimizer {
  readonly name: string;
  /** May be set at any step. */
  learningRate: number;
  /** One step; without any gradient none. Disposes nothing of the caller's; `gradients` has one tensor per variable name that has a gradient. */
  applyGradients(variables: readonly Variable[], gradients: NamedTensorMap): void;
  /** Steps so far and slots (momenta ...) as `{ slot/variable: values }`; bits survive a round trip. */
  stateDict(): Promise<OptimizerState>;
  loadStateDict(state: OptimizerState, variables: readonly Variable[]): void;
  /** Frees the slots. */
  dispose(): void;
}

export interface OptimizerState {
  readonly step: number;
  readonly slots: Readonly<Record<string, Float32Array>>;
}

/** An optimizer that config.ts can name. */
export interface OptimizerDefinition<Name extends string = string, Options extends { learningRate: number } = { learningRate: number }>
  extends Part<Name, Options> {
  create(options: Options): Optimizer;
}

/** Declares an optimizer; its options and their types follow from `defaults`. */
export function defineOptimizer<const Name extends string, Options extends { learningRate: number }>(
  definition: OptimizerDefinition<Name, Options>,
): OptimizerDefinition<Name, Options> {
  return definition;
}

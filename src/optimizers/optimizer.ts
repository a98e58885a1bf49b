import type { NamedTensorMap, Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../config/part.ts';
import type { StepSettings } from '../config/step-settings.ts';

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

/** An optimizer that config.ts can name; `defineOptimizer` makes it of a rule. */
export interface OptimizerDefinition<Name extends string = string, Options extends { learningRate: number } = { learningRate: number }>
  extends Part<Name, Options> {
  create(options: Options & Partial<StepSettings>): Optimizer;
}

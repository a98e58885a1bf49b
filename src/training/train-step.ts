import { keep, type NamedTensorMap, type Scalar, type Tensor, tidy, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import { withoutInputGradients } from '../backend/wasm/index.ts';
import type { Logs, TrainedBatch } from '../callbacks/callback.ts';
import type { Batch } from '../data/dataset.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Objective } from './objective.ts';

/** What one batch gave, on the side of JavaScript. */
export interface BatchResult {
  /** The mean over the batch. */
  readonly loss: number;
  /** `[size, outputs]`: probabilities or values; undefined where nobody asked. */
  readonly predictions: Float32Array | undefined;
  /** What a step of one's own measured beside: means over the batch. */
  readonly logs?: Logs;
}

export interface StepOptions {
  readonly variables: readonly Variable[];
  readonly optimizer: Optimizer;
  readonly needsPredictions: boolean;
  /** What is minimised in place of the loss. @default the loss */
  readonly onLoss?: (batch: TrainedBatch) => Scalar;
  /** May change the gradients before the step. */
  readonly onGradients: (gradients: NamedTensorMap) => NamedTensorMap;
}

/** One step of gradient descent on one batch. Leaves no tensors behind but the changed weights. */
export function trainStep(
  objective: Objective,
  batch: Batch,
  { variables, optimizer, needsPredictions, onLoss, onGradients }: StepOptions,
): BatchResult {
  let loss = Number.NaN;
  let predictions: Float32Array | undefined;
  // What tidy returns it searches for tensors, a typed array number by number.
  tidy(() => {
    const tensors = objective.upload(batch);
    let output: Tensor | undefined;
    let told: Scalar | undefined;
    const forward = () => {
      const result = objective.train(tensors);
      // The gradient tape frees what it made; these are wanted afterwards.
      output = keep(result.output);
      told = keep(result.loss);
      return onLoss?.({ ...tensors, outputs: result.output, areLogits: objective.areLogits, loss: result.loss }) ?? result.loss;
    };
    try {
      const { grads } = withoutInputGradients(() => variableGrads(forward, [...variables]));
      optimizer.applyGradients(variables, onGradients(grads));
      if (needsPredictions && output) predictions = objective.predictions(output).dataSync() as Float32Array;
      loss = told?.dataSync()[0] ?? Number.NaN;
    } finally {
      output?.dispose();
      told?.dispose();
    }
  });
  return { loss, predictions };
}

/** Loss and predictions of one batch without learning from it. */
export function evaluateStep(objective: Objective, batch: Batch): BatchResult & { readonly predictions: Float32Array } {
  let loss = Number.NaN;
  let predictions = new Float32Array();
  tidy(() => {
    const result = objective.evaluate(objective.upload(batch));
    predictions = objective.predictions(result.output).dataSync() as typeof predictions;
    loss = result.loss.dataSync()[0];
  });
  return { loss, predictions };
}

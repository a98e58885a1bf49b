import { engine, type Scalar, Tensor, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { withoutInputGradients } from '../backend/wasm/index.ts';
import { DlError } from '../core/errors.ts';
import type { Batch } from '../data/dataset.ts';
import type { Features } from '../data/features.ts';
import type { Loss } from '../losses/loss.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { ForwardPass } from './forward-pass.ts';
import { Objective } from './objective.ts';
import { type BatchResult, evaluateStep, type StepOptions, trainStep } from './train-step.ts';

/** What a step of your own works with. All tensors that it makes are freed behind it, also where it waits for something. */
export interface TestStepContext {
  readonly model: LayersModel;
  /** The samples as the loader gave them. */
  readonly batch: Batch;
  /** `[size, ...inputShape]`, on the backend. */
  readonly inputs: Tensor;
  /** Class numbers `[size]`, or values `[size, outputs]`. */
  readonly targets: Tensor;
  /** What the trainer was told to make small: `loss.compute(targets, predictions)`. */
  readonly loss: Loss;
  /**
   * What a model makes of inputs: in a training step as in training, with dropout and the statistics of the batch.
   * @param model @default the one that is trained
   */
  forward(inputs: Tensor, model?: LayersModel): Tensor;
}

export interface TrainStepContext extends TestStepContext {
  /**
   * Changes weights so that a value becomes smaller, and returns the value as it was before.
   * @param compute from `forward` and operations of tfjs
   * @param options.variables what is changed @default what is trained in the model
   * @param options.optimizer @default the trainer's. Another one is not in checkpoints: a training with it cannot be resumed to the same bits
   */
  minimize(compute: () => Scalar, options?: { readonly variables?: readonly Variable[]; readonly optimizer?: Optimizer }): number;
}

/** The loss, for metrics together with predictions `[size, outputs]`; `logs` are further means over the batch, logged under their keys. */
export type StepResult =
  | (number | Scalar)
  | { readonly loss: number | Scalar; readonly predictions?: Tensor; readonly logs?: Readonly<Record<string, number | Scalar>> };

/** Takes the place of the trainer's step: Keras' `train_step`. */
export type TrainStep = (context: TrainStepContext) => StepResult | Promise<StepResult>;
/** Takes the place of the trainer's validation of one batch: Keras' `test_step`. */
export type TestStep = (context: TestStepContext) => StepResult | Promise<StepResult>;

/** What the trainer does with one batch. */
export interface Steps {
  train(batch: Batch, options: StepOptions): BatchResult | Promise<BatchResult>;
  evaluate(batch: Batch): BatchResult | Promise<BatchResult>;
}

/**
 * The usual steps, or those that are given.
 * @throws DlError `shape` where a usual step is needed and model and data do not fit
 */
export function createSteps(
  model: LayersModel,
  features: Features,
  loss: Loss,
  own: { readonly trainStep?: TrainStep; readonly testStep?: TestStep },
): Steps {
  let usual: Objective | undefined;
  const objective = () => {
    try {
      usual ??= new Objective(model, features, loss);
      return usual;
    } catch (cause) {
      if (!(own.trainStep && cause instanceof DlError)) throw cause;
      throw new DlError(cause.code, `${cause.message} Give the trainer a testStep beside your trainStep.`, { cause });
    }
  };
  if (!own.trainStep) objective();
  const passes = new Map<LayersModel, ForwardPass>();
  const passOf = (one: LayersModel) => {
    if (!passes.has(one)) passes.set(one, new ForwardPass(one));
    return passes.get(one) as ForwardPass;
  };
  const contextOf = (batch: Batch) => ({ model, batch, loss, ...Objective.upload(batch, features) });
  return {
    train(batch, options) {
      const { trainStep: step } = own;
      if (!step) return trainStep(objective(), batch, options);
      return freeingTensors(async () => {
        const context = contextOf(batch);
        const result = await step({
          ...context,
          forward: (inputs, other = model) => passOf(other).train(inputs, false, inputs === context.inputs),
          minimize: (compute, { variables = options.variables, optimizer } = {}) => {
            const { value, grads } = withoutInputGradients(() => variableGrads(compute, [...variables]));
            if (optimizer) optimizer.applyGradients(variables, grads);
            else options.optimizer.applyGradients(variables, options.onGradients(grads));
            return value.dataSync()[0];
          },
        });
        return read(result, options.needsPredictions, 'trainStep');
      });
    },
    evaluate(batch) {
      const { testStep: step } = own;
      if (!step) return evaluateStep(objective(), batch);
      return freeingTensors(async () => {
        const result = await step({ ...contextOf(batch), forward: (inputs, other = model) => passOf(other).predict(inputs) });
        return read(result, false, 'testStep');
      });
    },
  };
}

/** `tidy` for functions that wait. */
async function freeingTensors<Result>(f: () => Promise<Result>): Promise<Result> {
  engine().startScope();
  try {
    return await f();
  } finally {
    engine().endScope();
  }
}

function read(result: StepResult, needsPredictions: boolean, step: string): BatchResult {
  const { loss, predictions, logs } = typeof result === 'number' || result instanceof Tensor ? { loss: result } : { ...result };
  const value = numberOf(loss);
  if (typeof value !== 'number') throw new DlError('config', `${step} returned no loss. Return the loss, or { loss, predictions }.`);
  if (needsPredictions && !predictions) {
    throw new DlError(
      'config',
      `training.metrics judges predictions, but ${step} returned none. Return { loss, predictions }, or set metrics to [].`,
    );
  }
  return {
    loss: value,
    predictions: predictions?.dataSync() as Float32Array | undefined,
    ...(logs && { logs: Object.fromEntries(Object.entries(logs).map(([key, log]) => [key, numberOf(log)])) }),
  };
}

function numberOf(value: number | Scalar): number {
  return typeof value === 'number' ? value : value?.dataSync()[0];
}

import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import type { Features } from '../data/features.ts';
import { ForwardPass } from './forward-pass.ts';

/** What a model says about one sample. */
export type Prediction =
  | {
      readonly task: 'classification';
      /** Every class, the most probable first; of equals the first in `features.outputNames`. */
      readonly classes: readonly { readonly label: string; readonly probability: number }[];
    }
  | {
      readonly task: 'regression';
      /** In the unit of the target. */
      readonly values: readonly { readonly name: string; readonly value: number }[];
    };

/** Samples that go through the model together; more would only need more memory. */
const chunkSize = 256;

/**
 * @param inputs one preprocessed sample, `features.inputShape` without a batch axis
 * @throws DlError `shape` for another number of values
 */
export function predictOne(model: LayersModel, inputs: Float32Array, features: Features): Prediction {
  const size = sizeOf(features);
  if (inputs.length !== size) {
    throw new DlError('shape', `A sample has ${size} values [${features.inputShape}]; this one has ${inputs.length}.`);
  }
  return predictBatch(model, inputs, features)[0];
}

/**
 * @param inputs preprocessed samples one behind the other, `[samples, ...features.inputShape]`
 * @throws DlError `shape` for a number of values that is no number of samples
 */
export function predictBatch(model: LayersModel, inputs: Float32Array, features: Features): Prediction[] {
  const size = sizeOf(features);
  if (inputs.length % size !== 0) {
    throw new DlError('shape', `${inputs.length} values are no whole number of samples of ${size} values [${features.inputShape}].`);
  }
  const forward = new ForwardPass(model);
  const predictions: Prediction[] = [];
  for (let start = 0; start < inputs.length; start += size * chunkSize) {
    const chunk = inputs.subarray(start, start + size * chunkSize);
    const outputs = tidy(() => forward.predict(tensor(chunk, [chunk.length / size, ...features.inputShape])).dataSync() as Float32Array);
    for (let at = 0; at < outputs.length; at += features.outputs) {
      predictions.push(describeOutputs(outputs.subarray(at, at + features.outputs), features));
    }
  }
  return predictions;
}

function sizeOf(features: Features): number {
  return features.inputShape.reduce((product, length) => product * length, 1);
}

/** @param outputs of one sample, as the model gives them */
export function describeOutputs(outputs: Float32Array, { task, outputNames, targetScaling }: Features): Prediction {
  if (task === 'regression') {
    const { mean, deviation } = targetScaling ?? { mean: 0, deviation: 1 };
    return { task, values: outputNames.map((name, i) => ({ name, value: outputs[i] * deviation + mean })) };
  }
  // A single output is the probability of the second of two classes.
  const probabilities = outputs.length === 1 ? [1 - outputs[0], outputs[0]] : outputs;
  const classes = outputNames.map((label, i) => ({ label, probability: probabilities[i] }));
  return { task, classes: classes.sort((a, b) => b.probability - a.probability) };
}

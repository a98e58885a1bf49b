import type { ModelFeatures } from './model-features.ts';

/** What a model says about one sample. `prediction.label` is undefined for a regression, `prediction.value` for a classifier. */
export type Prediction = ClassPrediction | ValuePrediction;

export interface ClassPrediction {
  /** The most probable class; of equals the first. */
  readonly label: string;
  /** Its probability, from 0 to 1. */
  readonly probability: number;
  /** Of every class, in the order of `model.features.outputNames`. */
  readonly probabilities: readonly number[];
  readonly value?: undefined;
  readonly values?: undefined;
}

export interface ValuePrediction {
  /** The first output, in the unit of the target. */
  readonly value: number;
  /** Every output, in the order of `model.features.outputNames`. */
  readonly values: readonly number[];
  readonly label?: undefined;
  readonly probability?: undefined;
  readonly probabilities?: undefined;
}

/** @param outputs of the model for one sample */
export function predictionOf(outputs: Float32Array, { task, outputNames, targetScaling }: ModelFeatures): Prediction {
  if (task === 'regression') {
    const { mean, deviation } = targetScaling ?? { mean: 0, deviation: 1 };
    const values = Array.from(outputs, (output) => output * deviation + mean);
    return { value: values[0], values };
  }
  // A single output is the probability of the second of two classes.
  const probabilities = outputs.length === 1 ? [1 - outputs[0], outputs[0]] : Array.from(outputs);
  const best = probabilities.reduce((top, probability, i) => (probability > probabilities[top] ? i : top), 0);
  return { label: outputNames[best], probability: probabilities[best], probabilities };
}

import { DataLoader } from '../../../../../src/data/data-loader.ts';
import type { Dataset } from '../../../../../src/data/dataset.ts';

/** Test accuracy of a linear classifier (softmax regression, trained by stochastic gradient descent with a falling rate). */
export async function linearAccuracy(train: Dataset, test: Dataset, epochs: number): Promise<number> {
  const classes = train.features.outputs;
  const width = train.features.inputShape.reduce((product, length) => product * length, 1);
  const weights = new Float32Array((width + 1) * classes); // the last row is the bias
  const loader = new DataLoader(train, { batchSize: 1, shuffleSeed: 0 });
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = 0.03 / (1 + 2 * epoch);
    for await (const { inputs, targets } of loader.epoch(epoch)) {
      const errors = probabilities(weights, inputs, classes);
      errors[targets[0]] -= 1;
      for (let i = 0; i <= width; i++) {
        const step = rate * (i < width ? inputs[i] : 1);
        if (step !== 0) for (let c = 0; c < classes; c++) weights[i * classes + c] -= step * errors[c];
      }
    }
  }
  let right = 0;
  for await (const { inputs, targets } of new DataLoader(test, { batchSize: 1 }).epoch()) {
    const answer = probabilities(weights, inputs, classes);
    if (answer.indexOf(Math.max(...answer)) === targets[0]) right++;
  }
  return right / test.length;
}

function probabilities(weights: Float32Array, inputs: Float32Array, classes: number): Float64Array {
  const logits = Float64Array.from(weights.subarray(inputs.length * classes));
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i];
    if (input !== 0) for (let c = 0; c < classes; c++) logits[c] += input * weights[i * classes + c];
  }
  const largest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

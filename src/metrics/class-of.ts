/**
 * The class with the highest probability, the first of equals; a single output is the probability of class 1.
 * @param predictions `[size, outputs]`
 * @param threshold of two classes, the probability that class 1 must exceed to be the answer
 * @returns -1 where a prediction of the sample is NaN: it answers nothing
 */
export function classOf(predictions: Float32Array, sample: number, outputs: number, threshold = 0.5): number {
  const start = sample * outputs;
  let best = 0;
  for (let i = 0; i < outputs; i++) {
    const value = predictions[start + i];
    if (Number.isNaN(value)) return -1;
    if (value > predictions[start + best]) best = i;
  }
  if (outputs === 1 || (outputs === 2 && threshold !== 0.5)) return predictions[start + outputs - 1] > threshold ? 1 : 0;
  return best;
}

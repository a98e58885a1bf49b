/**
 * The class with the highest probability, the first of equals; a single output is the probability of class 1.
 * @param predictions `[size, outputs]`
 */
export function classOf(predictions: Float32Array, sample: number, outputs: number): number {
  if (outputs === 1) return predictions[sample] > 0.5 ? 1 : 0;
  const start = sample * outputs;
  let best = 0;
  for (let i = 1; i < outputs; i++) if (predictions[start + i] > predictions[start + best]) best = i;
  return best;
}

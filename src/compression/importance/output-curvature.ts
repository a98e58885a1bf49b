/** What the outputs of a model are: logits of a softmax or of sigmoids, or the values themselves. */
export type OutputKind = 'softmax' | 'sigmoid' | 'values';

/**
 * `factor * signs` for each sample, where factor * factorᵀ is the second derivative of -log(likelihood) with respect to the outputs:
 * crossentropy for logits, half of the squared error for values. It does not depend on the right answers (Martens, "New insights and
 * perspectives on the natural gradient method", 2020).
 *
 * @param outputs logits or values `[samples, width]`
 * @param signs `[samples, width]`: random signs give on average all of it, a single 1 gives one column of the factor
 */
export function pullOf(kind: OutputKind, outputs: Float32Array, width: number, signs: Float32Array): Float32Array {
  if (kind === 'values') return signs;
  if (kind === 'sigmoid') {
    return outputs.map((logit, i) => {
      const probability = 1 / (1 + Math.exp(-logit));
      return signs[i] * Math.sqrt(probability * (1 - probability));
    });
  }
  const pull = new Float32Array(outputs.length);
  for (let start = 0; start < outputs.length; start += width) {
    const probabilities = softmax(outputs.subarray(start, start + width));
    // The columns of the factor are sqrt(p_c) * (p - e_c), one per class c: diag(p) - p pᵀ.
    const weighted = probabilities.map((probability, c) => signs[start + c] * Math.sqrt(probability));
    const total = weighted.reduce((sum, value) => sum + value, 0);
    for (let c = 0; c < width; c++) pull[start + c] = total * probabilities[c] - weighted[c];
  }
  return pull;
}

function softmax(logits: Float32Array): Float64Array {
  const highest = logits.reduce((a, b) => Math.max(a, b));
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

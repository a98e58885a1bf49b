/** Multiplies weights whose last axis is the channels by `scale`, and the bias; then adds `shift` to the bias. */
export function foldInto(weights: Float32Array, bias: Float32Array, scale: Float32Array, shift: Float32Array): void {
  for (let i = 0; i < weights.length; i++) weights[i] *= scale[i % scale.length];
  for (let i = 0; i < bias.length; i++) bias[i] = bias[i] * scale[i] + shift[i];
}

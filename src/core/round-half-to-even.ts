/** Adding and taking off 1.5 * 2^52 leaves no room for a fraction, and the processor rounds halves to even. */
const noFraction = 1.5 * 2 ** 52;

/**
 * The nearest whole number, halves to the even one: 0.5 -> 0, 1.5 -> 2, -2.5 -> -2. The one rounding of all quantization, as ONNX'
 * QuantizeLinear, WebAssembly's `nearest` and TensorFlow's `round` do it; `Math.round` rounds halves up.
 * @param value of magnitude below 2^51
 */
export function roundHalfToEven(value: number): number {
  return value + noFraction - noFraction;
}

import type { Product } from '../product.ts';

/** A product whose weights and inputs are whole numbers. */
export type WholeNumberProduct = Product & Required<Pick<Product, 'quantization' | 'inputRange'>>;

/** The whole numbers of the weights, `[k, n]`, -127 to 127. What is no multiple of its scale gets the nearest; a scale of 0 gives 0. */
export function wholeNumbers({ weights, quantization: { scales } }: WholeNumberProduct): Int8Array {
  const numbers = new Int8Array(weights.length);
  for (let i = 0, channel = 0; i < weights.length; i++, channel = channel + 1 === scales.length ? 0 : channel + 1) {
    const number = Math.round(weights[i] / scales[channel]);
    numbers[i] = Math.max(-127, Math.min(127, number)); // NaN, from 0 / 0, is stored as 0
  }
  return numbers;
}

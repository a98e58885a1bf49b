import type { Product } from '../product.ts';

/** Weights of two or three values: those of an output are its scale times 1, -ratio or 0. */
export interface FewValues {
  /** `[n]`; the weights of an output whose scale is 0 are all 0. */
  readonly scales: Float32Array;
  readonly ratio: number;
  /** Whether outputs have weights of 0 beside others. */
  readonly hasZeros: boolean;
}

/** Rounding that is no other ratio. */
const tolerance = 1e-6;
const found = new WeakMap<Product, FewValues | undefined>();

/** Undefined where an output has more values, or two in another ratio than the other outputs. Looked for once for each product. */
export function fewValues(product: Product): FewValues | undefined {
  if (!found.has(product)) found.set(product, findValues(product));
  return found.get(product);
}

function findValues({ weights, n }: Product): FewValues | undefined {
  const [above, below, zeros] = [new Float32Array(n), new Float32Array(n), new Uint8Array(n)];
  // Output by output: where there are more values, the first one shows it.
  for (let output = 0; output < n; output++) {
    for (let at = output; at < weights.length; at += n) {
      const weight = weights[at];
      const values = weight > 0 ? above : below;
      const size = Math.abs(weight);
      if (size === 0) zeros[output] = 1;
      else if (values[output] === 0) values[output] = size;
      else if (values[output] !== size) return undefined;
    }
  }
  const both = above.findIndex((size, output) => size > 0 && below[output] > 0);
  const ratio = both < 0 ? 1 : Math.fround(below[both] / above[both]);
  const scales = above.map((positive, output) => {
    const negative = below[output];
    if (negative === 0 || isNear(negative, ratio * positive)) return positive;
    return positive === 0 || isNear(positive, ratio * negative) ? -negative : Number.NaN;
  });
  const isSound = ratio > 0 && Number.isFinite(ratio) && scales.every(Number.isFinite);
  return isSound ? { scales, ratio, hasZeros: zeros.some((zero, output) => zero > 0 && scales[output] !== 0) } : undefined;
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= tolerance * b;
}

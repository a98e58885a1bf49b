import type { Product } from '../product.ts';

const found = new WeakMap<Product, Float32Array | undefined>();

/** By output, c where all of its weights are c or -c; undefined where one has others. Looked for once for each product. */
export function binaryScales(product: Product): Float32Array | undefined {
  if (!found.has(product)) found.set(product, scalesOf(product));
  return found.get(product);
}

function scalesOf({ weights, n }: Product): Float32Array | undefined {
  const scales = weights.slice(0, n).map(Math.abs);
  for (let i = 0; i < weights.length; i++) if (Math.abs(weights[i]) !== scales[i % n]) return undefined;
  return scales.every(Number.isFinite) ? scales : undefined;
}

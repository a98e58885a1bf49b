import { winograd } from '../../src/inference/product-kernels/winograd.ts';
import { drawProduct } from '../../test/contracts/drawn-products.ts';
import type { ProductCase } from './product-case.ts';

/** Sides of the output, and channels before and behind. At 28 x 28, F(4, 3) has to be as fast as the issue says. */
const shapes = [
  [28, 64, 64],
  [28, 32, 64],
  [32, 32, 32],
  [16, 64, 64],
  [14, 64, 64],
  [14, 256, 256],
  [8, 128, 128],
  [7, 64, 128],
  [4, 96, 96],
] as const;

export const winogradCases: readonly ProductCase[] = shapes.flatMap(([side, channels, filters]) => {
  const product = drawProduct({ image: [side, side, channels], filter: [3, 3], filters, padding: 'same' }, 'dense');
  const name = `conv 3x3 ${side}x${side}, ${channels} to ${filters}`;
  const target = (ratio: number) => (side === 28 ? { simd: ratio, 'relaxed-simd': ratio } : undefined);
  return [
    { name, kernel: winograd, product, batch: 1, peer: 'our float32', target: target(2) },
    { name, kernel: winograd, product, batch: 1, peer: 'tfjs-wasm', target: target(2.5) },
  ];
});

import { RandomStream } from '../../src/core/random.ts';
import type { Product } from '../../src/inference/product.ts';
import { int8 } from '../../src/inference/product-kernels/int8.ts';
import { int8Winograd } from '../../src/inference/product-kernels/int8-winograd.ts';
import { drawProduct, type ProductShape } from '../../test/contracts/drawn-products.ts';
import type { ProductCase } from './product-case.ts';
import { sameConv as conv } from './same-conv.ts';

interface Int8Case {
  readonly name: string;
  readonly shape: ProductShape;
  readonly batch?: number;
  /** Whether the project promises how fast it is. */
  readonly isBar?: boolean;
}

const cases: readonly Int8Case[] = [
  { name: '1x1 conv 14x14, 256 to 256', shape: conv(14, 256, 1, 256), isBar: true },
  { name: 'dense 784 to 304', shape: { dense: [1, 784, 304] }, batch: 64, isBar: true },
  { name: 'dense 784 to 304', shape: { dense: [1, 784, 304] }, isBar: true },
  { name: '3x3 conv 14x14, 64 to 64', shape: conv(14, 64, 3, 64), isBar: true },
  { name: '3x3 conv 28x28, 64 to 64', shape: conv(28, 64, 3, 64), isBar: true },
  { name: '3x3 conv 8x8, 128 to 128', shape: conv(8, 128, 3, 128), isBar: true },
  { name: '3x3 conv 32x32, 32 to 32', shape: conv(32, 32, 3, 32), isBar: true },
  { name: '3x3 conv 32x32, 3 to 32', shape: conv(32, 3, 3, 32) },
  { name: '5x5 conv 12x12, 20 to 50', shape: { image: [12, 12, 20], filter: [5, 5], filters: 50 } },
  { name: 'dense 800 to 500', shape: { dense: [1, 800, 500] } },
];

/** Beside tfjs-wasm in float32; rounding the inputs is in the time. Of two kernels the faster one has the bar. */
export const int8Cases: readonly ProductCase[] = cases.flatMap(({ name, shape, batch = 1, isBar }) => {
  const product = withBell(drawProduct(shape, 'int8'));
  const kernels = [int8, int8Winograd].filter((kernel) => kernel.refuses(product, 'simd') === undefined);
  return kernels.map((kernel) => ({
    name,
    kernel,
    product,
    batch,
    ...(isBar && kernel === kernels.at(-1) && { target: { simd: 1.8, 'relaxed-simd': 5 } }),
  }));
});

/** Whole numbers that are distributed as those of a trained layer: a bell whose largest values are 127. */
function withBell(product: Product): Product {
  const random = new RandomStream(1, 'bell');
  const { scales = new Float32Array(product.n) } = product.quantization ?? {};
  const whole = () => Math.max(-127, Math.min(127, Math.round(random.normal(0, 127 / 3.5))));
  return { ...product, weights: product.weights.map((_, index) => whole() * scales[index % scales.length]) };
}

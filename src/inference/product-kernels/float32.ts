import type { ProductKernel } from '../product-kernel.ts';
import { place } from '../step.ts';

/** Multiply-adds in a microsecond: of many rows, and of a single one, which reads every weight for one use. */
const rates = { simd: { rows: 20_500, row: 11_000 }, 'relaxed-simd': { rows: 26_500, row: 16_000 } } as const;
/** Steps that the start and end of a sum of many rows cost. */
const sumSteps = 10;

/** Tiles of float32 (Goto and van de Geijn, 2008): computes every product. */
export const float32: ProductKernel = {
  name: 'float32',
  refuses: () => undefined,
  cost({ rows, k, n }, batch, flavour) {
    const rate = rates[flavour === 'relaxed-simd' ? flavour : 'simd'];
    return batch * rows > 1 ? (batch * rows * (k + sumSteps) * n) / rate.rows : (k * n) / rate.row;
  },
  compile({ rows, k, n, windows, weights, bias, activation }, kernels) {
    const biasAt = place(kernels, bias);
    // Packed for good: the tiles read it in this order.
    const source = place(kernels, weights);
    const packed = kernels.heap.allocate(kernels.packedBytes(k, n));
    kernels.packMatrix({ k, n, source, target: packed });
    if (!windows) {
      return (a, c, batch) => kernels.gemm({ m: batch * rows, n, k, a, b: packed, packed: true, c, bias: biasAt, activation });
    }
    return (input, output, batch) =>
      kernels.conv2d({ shape: windows(batch), input, filter: packed, packed: true, bias: biasAt, activation, output });
  },
};

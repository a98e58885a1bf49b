import { activationNumbers, convSizes, imageSizes, isPointwise, steps } from '../../kernels/export-arguments.ts';
import { perBatch } from '../per-batch.ts';
import type { ProductKernel } from '../product-kernel.ts';
import { place } from '../step.ts';

/** Multiply-adds in a microsecond: of many rows, and of a single one, which reads every weight for one use. */
const rates = { simd: { rows: 20_500, row: 14_500 }, 'relaxed-simd': { rows: 26_500, row: 18_500 } } as const;
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
    const { exports, scratch } = kernels;
    // Tiles read the bias in whole vectors.
    const paddedBias = new Float32Array(Math.ceil(n / 8) * 8);
    paddedBias.set(bias);
    const biasAt = place(kernels, paddedBias);
    // Packed for good: the tiles read it in this order.
    const source = place(kernels, weights);
    const packed = kernels.heap.allocate(kernels.packedBytes(k, n));
    kernels.packMatrix({ k, n, source, target: packed });
    const last = activationNumbers[activation];
    if (!windows || isPointwise(windows(1))) {
      const scratchBytes = exports.gemmScratchBytes(rows, k, 0);
      return (input, output, batch) =>
        exports.gemm(batch * rows, n, k, input, 0, packed, output, biasAt, 0, last, scratch.reserve(scratchBytes));
    }
    const sized = perBatch((batch) => {
      const shape = windows(batch);
      const scratchBytes = exports.conv2dScratchBytes(...imageSizes(shape), shape.outHeight, shape.outWidth, ...steps(shape));
      return { scratchBytes, convolve: exports.conv2d.bind(undefined, ...convSizes(shape)) };
    });
    return (input, output, batch) => {
      const { scratchBytes, convolve } = sized(batch);
      convolve(input, packed, output, biasAt, last, scratch.reserve(scratchBytes));
    };
  },
};

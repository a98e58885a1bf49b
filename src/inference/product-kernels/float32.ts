import { activationNumbers, convSizes, imageSizes, isPointwise, steps } from '../../kernels/export-arguments.ts';
import { perBatch } from '../per-batch.ts';
import type { ProductKernel } from '../product-kernel.ts';
import { place } from '../step.ts';

/** Multiply-adds in a microsecond: of many rows, and of a single one, which reads every weight for one use. */
const rates = { simd: { rows: 15_000, row: 9_000 }, 'relaxed-simd': { rows: 24_000, row: 10_000 } } as const;

/** Tiles of float32 (Goto and van de Geijn, 2008): computes every product. */
export const float32: ProductKernel = {
  name: 'float32',
  refuses: () => undefined,
  cost({ rows, k, n }, batch, flavour) {
    const rate = rates[flavour === 'relaxed-simd' ? flavour : 'simd'];
    return (batch * rows * k * n) / (batch * rows > 1 ? rate.rows : rate.row);
  },
  compile({ rows, k, n, windows, weights, bias, activation }, kernels) {
    const { exports, scratch } = kernels;
    // Tiles read the bias in whole vectors.
    const paddedBias = new Float32Array(Math.ceil(n / 8) * 8);
    paddedBias.set(bias);
    const biasAt = place(kernels, paddedBias);
    // Packed for good: the tiles read it in this order.
    const packed = kernels.heap.allocate(kernels.packedBytes(k, n));
    const source = scratch.reserve(weights.byteLength);
    kernels.floats(source, weights.length).set(weights);
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

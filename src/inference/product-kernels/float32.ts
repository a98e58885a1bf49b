import { activationNumbers, convSizes, imageSizes, isPointwise, steps } from '../../kernels/export-arguments.ts';
import type { KernelFlavour } from '../../kernels/inference-kernels.ts';
import type { WindowShape } from '../../kernels/window-shape.ts';
import { perBatch } from '../per-batch.ts';
import type { ProductKernel } from '../product-kernel.ts';
import { place } from '../step.ts';

/** Multiply-adds in a microsecond: of many rows, four at once, and of a single one, which reads every weight for one use. */
const rates = { simd: { rows: 20_500, row: 14_500 }, 'relaxed-simd': { rows: 26_500, row: 18_500 } } as const;
/** Steps that the start and end of a sum of many rows cost. */
const sumSteps = 10;

/** A convolution whose one window is the image reads it as a dense layer does. */
function isWhole({ filterHeight, filterWidth, inHeight, inWidth, outHeight, outWidth, padTop, padLeft }: WindowShape): boolean {
  return filterHeight === inHeight && filterWidth === inWidth && outHeight * outWidth === 1 && padTop + padLeft === 0;
}

/** Of a product of `rows` rows. */
export function float32Microseconds(rows: number, k: number, n: number, flavour: KernelFlavour): number {
  const rate = rates[flavour === 'relaxed-simd' ? flavour : 'simd'];
  return rows === 1 ? (k * n) / rate.row : (Math.ceil(rows / 4) * 4 * (k + sumSteps) * n) / rate.rows;
}

/** Tiles of float32 (Goto and van de Geijn, 2008): computes every product. */
export const float32: ProductKernel = {
  name: 'float32',
  refuses: () => undefined,
  cost({ rows, k, n }, batch, flavour) {
    return float32Microseconds(batch * rows, k, n, flavour);
  },
  compile({ rows, k, n, windows, weights, bias, activation }, kernels) {
    const { exports, scratch } = kernels;
    // Tiles read the bias in whole vectors.
    const paddedBias = new Float32Array(Math.ceil(n / 8) * 8);
    paddedBias.set(bias);
    const biasAt = place(kernels, paddedBias);
    // Packed for good: the tiles read it in this order.
    const packed = kernels.heap.allocate(kernels.packedBytes(k, n));
    kernels.packWeights({ k, n, weights, target: packed });
    const last = activationNumbers[activation];
    if (!windows || isPointwise(windows(1)) || isWhole(windows(1))) {
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

import type { EngineKernels } from '../../kernels/engine-kernels.ts';
import { activationNumbers } from '../../kernels/export-arguments.ts';
import { winogradTransforms } from '../../kernels/winograd/cook-toom.ts';
import { toNumber } from '../../kernels/winograd/rational.ts';
import { perBatch } from '../per-batch.ts';
import type { Product } from '../product.ts';
import type { ProductKernel } from '../product-kernel.ts';
import { place } from '../step.ts';
import { float32Microseconds } from './float32.ts';

/** Values of tiles in a microsecond that are transformed there or back, along one axis and along both. */
const transformRates = { simd: [2_500, 1_550], 'relaxed-simd': [2_500, 1_750] } as const;

/**
 * Convolutions of 3 x 3, 3 x 1 and 1 x 3 without strides by minimal filtering, F(2, 3) or F(4, 3) along each axis with three taps (Winograd
 * 1980; Lavin and Gray 2016): up to four times fewer multiplications. The weights are transformed once.
 */
export const winograd: ProductKernel = {
  name: 'winograd',
  refuses({ windows }) {
    if (!windows) return 'it is no convolution';
    const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels } = windows(1);
    const sides = [filterHeight, filterWidth];
    if (!sides.every((side) => side === 3 || side === 1) || !sides.includes(3)) return 'its filter has no three taps along an axis';
    if (strideHeight !== 1 || strideWidth !== 1) return 'it has strides';
    if (inChannels % 4 !== 0 || outChannels % 4 !== 0) return 'its channels are no multiples of 4';
    return undefined;
  },
  cost(product, batch, flavour) {
    const { tiles, positions, shape, outputsY, outputsX } = tilesOf(product, batch);
    const { inChannels, outChannels } = shape;
    const [alongOne, alongBoth] = transformRates[flavour === 'relaxed-simd' ? flavour : 'simd'];
    const transforms = (tiles * positions * (inChannels + outChannels)) / (outputsY > 1 && outputsX > 1 ? alongBoth : alongOne);
    return positions * float32Microseconds(tiles, inChannels, outChannels, flavour) + transforms;
  },
  compile(product, kernels) {
    const { exports, scratch } = kernels;
    const { outputsY, outputsX, shape } = tilesOf(product, 1);
    const filters = placeFilters(product, kernels, outputsY, outputsX);
    const bias = place(kernels, product.bias);
    const last = activationNumbers[product.activation];
    const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padTop, padLeft } = shape;
    const sized = perBatch((batch) => ({
      scratchBytes: exports.winogradScratchBytes(batch, inChannels, outHeight, outWidth, outChannels, outputsY, outputsX),
      convolve: exports.winograd.bind(
        undefined,
        ...([batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padTop, padLeft, outputsY, outputsX] as const),
      ),
    }));
    return (input, output, batch) => {
      const { scratchBytes, convolve } = sized(batch);
      convolve(input, filters, output, bias, last, scratch.reserve(scratchBytes));
    };
  },
};

/** How a convolution is cut into tiles: outputs of one tile down and across, positions in it, and how many tiles there are. */
function tilesOf({ windows }: Product, batch: number) {
  const shape = (windows as NonNullable<Product['windows']>)(batch);
  const [outputsY, outputsX] = [outputsOf(shape.filterHeight, shape.outHeight), outputsOf(shape.filterWidth, shape.outWidth)];
  const positions = (outputsY + shape.filterHeight - 1) * (outputsX + shape.filterWidth - 1);
  const tiles = batch * Math.ceil(shape.outHeight / outputsY) * Math.ceil(shape.outWidth / outputsX);
  return { shape, outputsY, outputsX, positions, tiles };
}

/** 4 or 2, whichever needs fewer multiplications for the whole side; 1 where there is nothing to filter. */
function outputsOf(taps: number, outSize: number): number {
  if (taps === 1) return 1;
  return 6 * Math.ceil(outSize / 4) < 4 * Math.ceil(outSize / 2) ? 4 : 2;
}

/** G g GT, one packed matrix [inChannels, outChannels] for each position of a tile. */
function placeFilters({ weights, windows }: Product, kernels: EngineKernels, outputsY: number, outputsX: number): number {
  const { filterHeight, filterWidth, inChannels: k, outChannels: n } = (windows as NonNullable<Product['windows']>)(1);
  const [down, across] = [filterTransform(outputsY, filterHeight), filterTransform(outputsX, filterWidth)];
  const matrixBytes = kernels.packedBytes(k, n);
  const filters = kernels.heap.allocate(down.length * across.length * matrixBytes);
  const sums = new Float64Array(k * n);
  down.forEach((row, y) => {
    across.forEach((column, x) => {
      sums.fill(0);
      for (let tap = 0; tap < row.length * column.length; tap++) {
        const factor = row[Math.floor(tap / column.length)] * column[tap % column.length];
        if (factor !== 0) for (let i = 0, from = tap * sums.length; i < sums.length; i++) sums[i] += factor * weights[from + i];
      }
      kernels.packWeights({ k, n, weights: new Float32Array(sums), target: filters + (y * across.length + x) * matrixBytes });
    });
  });
  return filters;
}

/** G, `[outputs + taps - 1, taps]`; a single tap stays as it is. */
function filterTransform(outputs: number, taps: number): readonly (readonly number[])[] {
  return taps === 1 ? [[1]] : winogradTransforms(outputs, taps).filterTransform.map((row) => row.map(toNumber));
}

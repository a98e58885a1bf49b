import { hasByteDotProduct } from '../../kernels/has-byte-dot-product.ts';
import { int8Conv2d, placeInt8Panels } from '../../kernels/int8-conv2d.ts';
import { type WindowShape, windowShape } from '../../kernels/window-shape.ts';
import { perBatch } from '../per-batch.ts';
import type { Product } from '../product.ts';
import type { ProductKernel } from '../product-kernel.ts';
import { type WholeNumberProduct, wholeNumbers } from './whole-numbers.ts';

/** Multiply-adds in a microsecond: of many rows, and of a single one, which reads every weight for one use. */
const rates = {
  simd: { rows: 42_000, row: 22_000 },
  relaxed: { rows: 66_000, row: 45_000 },
  dotProduct: { rows: 115_000, row: 65_000 },
} as const;
/** Microseconds of a call, of an input that is rounded, of a result. */
const times = { call: 0.5, input: 0.0003, result: 0.0005 };
/** Sums of more products may not fit into 32 bits. */
const largestK = Math.floor((2 ** 31 - 1) / 127 ** 2);

/**
 * Whole numbers of 8 bits times whole numbers of 7, with sums that are exact (Jacob et al., 2018). Inputs are rounded to the range that
 * the file has for them, or to that of each sample; NaN becomes the least number of the range.
 */
export const int8: ProductKernel = {
  name: 'int8',
  roundsInputs: true,
  refuses({ quantization, inputRange, k }) {
    if (!quantization) return 'its weights are not whole numbers';
    if (!inputRange) return 'its inputs stay float: the file has no range for them';
    if (inputRange !== 'dynamic' && !isPositive(inputRange.scale)) return `its inputs have the scale ${inputRange.scale}`;
    if (!quantization.scales.every(Number.isFinite)) return 'not all of its scales are finite';
    if (k > largestK) return `it adds up ${k} products; sums of 32 bits hold ${largestK}`;
    return undefined;
  },
  cost(product, batch, flavour) {
    const { rows, n } = product;
    const { inHeight, inWidth, inChannels, filterHeight, filterWidth } = windowsOf(product)(1);
    const rate = flavour !== 'relaxed-simd' ? rates.simd : hasByteDotProduct() ? rates.dotProduct : rates.relaxed;
    const steps = filterHeight * roundUp4(filterWidth * inChannels);
    const products = (batch * rows * steps * roundUp4(n)) / (batch * rows > 1 ? rate.rows : rate.row);
    return times.call + times.input * batch * inHeight * inWidth * inChannels + times.result * batch * rows * n + products;
  },
  compile(product, kernels) {
    const { quantization, inputRange: range, bias, activation } = product as WholeNumberProduct;
    const windows = windowsOf(product);
    const shape = windows(1);
    const panels = placeInt8Panels(kernels, {
      segments: shape.filterHeight,
      segmentLength: shape.filterWidth * shape.inChannels,
      numbers: wholeNumbers(product as WholeNumberProduct),
      scales: quantization.scales,
      bias,
    });
    const sized = perBatch((batch) => int8Conv2d(kernels, { shape: windows(batch), panels, range, activation }));
    return (input, output, batch) => sized(batch)(input, output);
  },
};

function isPositive(scale: number): boolean {
  const rounded = Math.fround(scale);
  return rounded > 0 && Number.isFinite(rounded);
}

/** A dense layer is a 1x1 convolution; one whose filter is as large as the image is a dense layer. */
function windowsOf({ rows, k, n, windows }: Product): (batch: number) => WindowShape {
  const { inHeight = 0, inWidth = 0, filterHeight, filterWidth, padTop, padLeft } = windows?.(1) ?? {};
  const isWhole = rows === 1 && padTop === 0 && padLeft === 0 && filterHeight === inHeight && filterWidth === inWidth;
  if (windows && !isWhole) return windows;
  return (batch) => windowShape({ input: [batch, rows, 1, k], filter: [1, 1], outChannels: n });
}

function roundUp4(count: number): number {
  return Math.ceil(count / 4) * 4;
}

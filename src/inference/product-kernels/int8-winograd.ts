import { fitsTilesOf4, int8WinogradConv2d, placeInt8WinogradPanels, type WinogradSize } from '../../kernels/int8-winograd.ts';
import type { WindowShape } from '../../kernels/window-shape.ts';
import { perBatch } from '../per-batch.ts';
import type { Product } from '../product.ts';
import type { ProductKernel } from '../product-kernel.ts';
import { int8 } from './int8.ts';
import { type WholeNumberProduct, wholeNumbers } from './whole-numbers.ts';

/** Multiply-adds of transformed tiles in a microsecond. */
const rates = { simd: 42_000, 'relaxed-simd': 47_000 } as const;
/** Microseconds of a call. */
const callTime = 0.5;
/** Microseconds of an input or a result with its transform, by the size of a tile. */
const numberTimes: Readonly<Record<WinogradSize, number>> = { 2: 0.0008, 4: 0.0006 };
/** Four times a sum over more channels may not fit into 32 bits. */
const mostChannels = Math.floor((2 ** 31 - 1) / (4 * 9 * 127 ** 2));

/**
 * The 3x3 convolutions of `int8` with 2.25 or 4 times fewer multiplications: Winograd's F(2x2, 3x3) and F(4x4, 3x3) (Lavin and Gray, 2016)
 * in whole numbers, whose results are the same to the bit.
 */
export const int8Winograd: ProductKernel = {
  name: 'int8-winograd',
  roundsInputs: true,
  refuses(product, flavour) {
    const shape = product.windows?.(1);
    if (!shape || !isSimple3x3(shape)) return 'it is no 3x3 convolution with strides of 1';
    const { inChannels } = shape;
    if (inChannels % 8 > 0) return `its image has ${inChannels} channels, not a multiple of 8`;
    if (inChannels > mostChannels) return `its image has ${inChannels} channels; sums of 32 bits hold ${mostChannels}`;
    return int8.refuses(product, flavour);
  },
  cost({ windows }, batch, flavour) {
    const shape = (windows as Windows)(1);
    const rate = rates[flavour === 'relaxed-simd' ? flavour : 'simd'];
    return callTime + batch * Math.min(imageTime(shape, 2, rate), imageTime(shape, 4, rate));
  },
  compile(product, kernels) {
    const { quantization, inputRange: range, bias, activation, n } = product as WholeNumberProduct;
    const windows = product.windows as Windows;
    const shape = windows(1);
    const numbers = wholeNumbers(product as WholeNumberProduct);
    const isFaster = imageTime(shape, 4, rates.simd) < imageTime(shape, 2, rates.simd);
    const size = isFaster && fitsTilesOf4(numbers, n) ? 4 : 2;
    const weights = { inChannels: shape.inChannels, numbers, scales: quantization.scales, bias };
    const panels = placeInt8WinogradPanels(kernels, size, weights);
    const sized = perBatch((batch) => int8WinogradConv2d(kernels, size, { shape: windows(batch), panels, range, activation }));
    return (input, output, batch) => sized(batch)(input, output);
  },
};

type Windows = NonNullable<Product['windows']>;

function isSimple3x3({ filterHeight, filterWidth, strideHeight, strideWidth }: WindowShape): boolean {
  return filterHeight === 3 && filterWidth === 3 && strideHeight === 1 && strideWidth === 1;
}

/** Microseconds of one image: four tiles are computed together, and eight columns. */
function imageTime(shape: WindowShape, size: WinogradSize, rate: number): number {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape;
  const tiles = Math.ceil(outHeight / size) * Math.ceil(outWidth / size);
  const multiplyAdds = (size + 2) ** 2 * 4 * Math.ceil(tiles / 4) * inChannels * 8 * Math.ceil(outChannels / 8);
  const numbers = inHeight * inWidth * inChannels + outHeight * outWidth * outChannels;
  return numberTimes[size] * numbers + multiplyAdds / rate;
}

import { binaryBases, binaryLayout, binaryPanels } from '../../kernels/binary-conv2d.ts';
import { activationNumbers, convSizes } from '../../kernels/export-arguments.ts';
import { type WindowShape, windowShape } from '../../kernels/window-shape.ts';
import type { Product } from '../product.ts';
import type { ProductKernel } from '../product-kernel.ts';
import { place } from '../step.ts';
import { fewValues } from './few-values.ts';

/** Longer sums are not exact in float32. */
const largestK = 2 ** 24;
const largestScratch = 2 ** 27;
/** Nanoseconds of a word of 64 products, of a result, of an input, of a window's word; and of a call. */
const times = { word: 0.33, result: 0.9, input: 0.1, windowWord: 2, call: 150 };

/** Signs times signs, 64 at once (Rastegari et al., "XNOR-Net", 2016): layers whose inputs and weights have two values, c and -c. */
export const binary: ProductKernel = {
  name: 'binary',
  refuses(product) {
    if (!product.readsSigns || product.inputRange) return 'its inputs are not signs';
    if (product.k > largestK) return `it adds up ${product.k} products; ${largestK} are exact`;
    if (binaryLayout(windowsOf(product)(1)).scratchBytes > largestScratch) return 'its images are too large with their padding';
    return binaryScales(product) ? undefined : 'not all weights of an output are c or -c';
  },
  cost(product, batch) {
    const shape = windowsOf(product)(1);
    const words = batch * product.rows * binaryLayout(shape).words;
    const inputs = batch * shape.inHeight * shape.inWidth * shape.inChannels;
    const nanoseconds =
      times.call + times.input * inputs + words * times.windowWord + product.n * (words * times.word + batch * product.rows * times.result);
    return nanoseconds / 1000;
  },
  compile(product, kernels) {
    const { weights, bias } = product;
    const shape = windowsOf(product)(1);
    const panels = place(kernels, binaryPanels(shape, { weights, scales: binaryScales(product) as Float32Array, bias }));
    const { bases, places } = binaryBases(shape, weights);
    const [basesAt, placesAt] = [place(kernels, bases), place(kernels, places)];
    const { imageRows, rowBytes, scratchBytes } = binaryLayout(shape);
    const [, ...sizes] = convSizes(shape);
    const activation = activationNumbers[product.activation];
    const { exports, scratch } = kernels;
    return (input, output, batch) => {
      const room = scratch.reserve(scratchBytes);
      exports.binaryConv2d(batch, ...sizes, input, panels, basesAt, placesAt, output, activation, imageRows, rowBytes, room);
    };
  },
};

/** A dense layer is a 1x1 convolution. */
function windowsOf({ rows, k, n, windows }: Product): (batch: number) => WindowShape {
  return windows ?? ((batch) => windowShape({ input: [batch, rows, 1, k], filter: [1, 1], outChannels: n }));
}

/** By output, c where its weights are c and -c. */
function binaryScales(product: Product): Float32Array | undefined {
  const values = fewValues(product);
  return values && values.ratio === 1 && !values.hasZeros ? values.scales.map(Math.abs) : undefined;
}

import { activationNumbers, convSizes, imageSizes, steps } from '../../kernels/export-arguments.ts';
import { int8Panels } from '../../kernels/int8-panels.ts';
import { type WindowShape, windowShape } from '../../kernels/window-shape.ts';
import type { Product } from '../product.ts';
import type { ProductKernel } from '../product-kernel.ts';

/** Sums of more products may not fit into 32 bits. */
const largestK = Math.floor((2 ** 31 - 1) / (127 * 127));

export const int8: ProductKernel = {
  name: 'int8',
  roundsInputs: true,
  refuses({ quantization, inputRange, k }) {
    if (!quantization) return 'its weights are not whole numbers';
    if (!inputRange) return 'its inputs have no range';
    if (!quantization.scales.every(Number.isFinite)) return 'its scales are not finite';
    if (k > largestK) return `it adds up ${k} products; 32 bits hold ${largestK}`;
    return undefined;
  },
  cost({ rows, k, n }, batch) {
    return (batch * rows * k * n) / 40_000;
  },
  compile(product, kernels) {
    const { quantization, inputRange, bias, activation } = product as Product & Required<Pick<Product, 'quantization' | 'inputRange'>>;
    const windows = product.windows ?? pixels(product);
    const first = windows(1);
    const bytes = int8Panels(
      {
        segments: first.filterHeight,
        segmentLength: first.filterWidth * first.inChannels,
        numbers: wholeNumbers(product.weights, quantization.scales),
        scales: quantization.scales,
        bias,
      },
      { group: kernels.exports.int8GroupNumbers(), pairs: kernels.exports.int8PairsPay() === 1 },
    );
    const panels = kernels.heap.allocate(bytes.length);
    kernels.bytes(panels, bytes.length).set(bytes);
    const { scale, zeroPoint } = inputRange;
    return (input, output, batch) => {
      const shape = windows(batch);
      const [scratch] = kernels.scratch.split(
        kernels.exports.int8ScratchBytes(...imageSizes(shape), shape.outHeight, shape.outWidth, ...steps(shape)),
      );
      kernels.exports.int8Conv2d(
        ...convSizes(shape), input, panels, output, scale, zeroPoint, activationNumbers[activation], scratch,
      );
    };
  },
};

function pixels({ rows, k, n }: Product): (batch: number) => WindowShape {
  return (batch) => windowShape({ input: [batch * rows, 1, 1, k], filter: [1, 1], outChannels: n });
}

function wholeNumbers(weights: Float32Array, scales: Float32Array): Int8Array {
  return Int8Array.from(weights, (weight, index) => {
    const scale = scales[index % scales.length];
    return scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(weight / scale)));
  });
}

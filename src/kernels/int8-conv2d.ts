import type { Address, KernelActivation } from './address.ts';
import type { EngineKernels } from './engine-kernels.ts';
import { activationNumbers, convSizes, imageSizes, steps } from './export-arguments.ts';
import { hasByteDotProduct } from './has-byte-dot-product.ts';
import { type Int8Weights, int8Panels } from './int8-panels.ts';
import type { WindowShape } from './window-shape.ts';

export interface Int8Conv2dArguments {
  readonly shape: WindowShape;
  /** float32 */
  readonly input: Address;
  /** From `placeInt8Panels`. */
  readonly panels: Address;
  /** float32 */
  readonly output: Address;
  /** Of the inputs: value = (number - zeroPoint) * scale; `dynamic` takes the range of each sample. */
  readonly range: { readonly scale: number; readonly zeroPoint: number } | 'dynamic';
  readonly activation?: KernelActivation;
}

/** Brings weights into the order in which `int8Conv2d` reads them, in the kernels' memory. @param pairs @default what is faster here */
export function placeInt8Panels(kernels: EngineKernels, weights: Int8Weights, pairs = !hasByteDotProduct()): Address {
  const panels = int8Panels(weights, { group: kernels.exports.int8GroupNumbers(), pairs });
  const address = kernels.heap.allocate(panels.length);
  kernels.bytes(address, panels.length).set(panels);
  return address;
}

/** A convolution in whole numbers: rounds the inputs, sums exactly, gives float32. A dense layer is one of 1x1. */
export function int8Conv2d({ exports, scratch }: EngineKernels, p: Int8Conv2dArguments): void {
  const { shape, input, panels, output, activation = 'linear' } = p;
  const { scale, zeroPoint } = p.range === 'dynamic' ? { scale: 0, zeroPoint: 0 } : p.range;
  const [room] = scratch.split(exports.int8ScratchBytes(...imageSizes(shape), shape.outHeight, shape.outWidth, ...steps(shape)));
  exports.int8Conv2d(...convSizes(shape), input, panels, output, scale, zeroPoint, activationNumbers[activation], room);
}

import type { Address, KernelActivation } from './address.ts';
import type { EngineKernels } from './engine-kernels.ts';
import { activationNumbers, convSizes, imageSizes, steps } from './export-arguments.ts';
import { hasByteDotProduct } from './has-byte-dot-product.ts';
import { type Int8Weights, int8Panels } from './int8-panels.ts';
import type { WindowShape } from './window-shape.ts';

export interface Int8Conv2dArguments {
  readonly shape: WindowShape;
  /** From `placeInt8Panels`. */
  readonly panels: Address;
  /** Of the inputs: value = (number - zeroPoint) * scale; `dynamic` takes the range of each sample. */
  readonly range: { readonly scale: number; readonly zeroPoint: number } | 'dynamic';
  readonly activation?: KernelActivation;
}

/** Computes float32 at `output` from float32 at `input`. */
export type RunInt8 = (input: Address, output: Address) => void;

/** Brings weights into the order in which `int8Conv2d` reads them, in the kernels' memory. @param pairs @default what is faster here */
export function placeInt8Panels(kernels: EngineKernels, weights: Int8Weights, pairs = !hasByteDotProduct()): Address {
  const panels = int8Panels(weights, { group: kernels.exports.int8GroupNumbers(), pairs });
  const address = kernels.heap.allocate(panels.length);
  kernels.bytes(address, panels.length).set(panels);
  return address;
}

/** A convolution in whole numbers, ready to run: rounds the inputs, sums exactly, gives float32. A dense layer is one of 1x1. */
export function int8Conv2d({ exports, scratch }: EngineKernels, p: Int8Conv2dArguments): RunInt8 {
  const { shape, panels, range, activation = 'linear' } = p;
  const { scale, zeroPoint } = range === 'dynamic' ? dynamicRange : range;
  const last = activationNumbers[activation];
  const scratchBytes = exports.int8ScratchBytes(...imageSizes(shape), shape.outHeight, shape.outWidth, ...steps(shape));
  const convolve = exports.int8Conv2d.bind(undefined, ...convSizes(shape));
  return (input, output) => convolve(input, panels, output, scale, zeroPoint, last, scratch.reserve(scratchBytes));
}

/** How the compiled kernels are told. */
export const dynamicRange = { scale: 0, zeroPoint: 0 } as const;

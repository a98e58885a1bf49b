export type { Address, KernelActivation, KernelHeap } from './address.ts';
export type { AdamStepOptions, Conv2dArguments, GemmArguments, PoolShape } from './kernel-arguments.ts';
export { type KernelFlavour, Kernels } from './kernels.ts';
export { type LoadKernelsOptions, loadKernels } from './load-kernels.ts';
export { OwnHeap } from './own-heap.ts';
export { type WindowOptions, type WindowShape, windowShape } from './window-shape.ts';

export type { Address, KernelActivation, KernelHeap } from './address.ts';
export { EngineKernels, loadEngineKernels } from './engine-kernels.ts';
export { InferenceKernels, type KernelFlavour } from './inference-kernels.ts';
export type { AdamStepOptions, Conv2dArguments, GemmArguments, PoolShape } from './kernel-arguments.ts';
export { Kernels } from './kernels.ts';
export type { LoadKernelsOptions } from './load-build.ts';
export { loadKernels } from './load-kernels.ts';
export { OwnHeap } from './own-heap.ts';
export { type WindowOptions, type WindowShape, windowShape } from './window-shape.ts';

export type { Address, KernelActivation, KernelHeap } from './address.ts';
export {
  type AdamStepOptions,
  type Conv2dArguments,
  type GemmArguments,
  type KernelFlavour,
  Kernels,
  type PoolShape,
} from './kernels.ts';
export { type LoadKernelsOptions, loadKernels } from './load-kernels.ts';
export { OwnHeap } from './own-heap.ts';
export { type WindowOptions, type WindowShape, windowShape } from './window-shape.ts';

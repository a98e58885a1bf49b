import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Address, Kernels } from '../../kernels/index.ts';

/** One call of a tfjs kernel, as our implementations see it. */
export interface KernelCall<Inputs, Attributes> {
  readonly inputs: Inputs;
  readonly attributes: Attributes;
  readonly kernels: Kernels;
  readonly backend: BackendWasm;
}

/**
 * Our implementation of a tfjs kernel. Returns undefined for what it does not do (dilations, other types ...): then tfjs' own runs,
 * where there is one.
 */
export interface KernelOverride<Inputs = Record<string, TensorInfo>, Attributes = unknown> {
  readonly kernelName: string;
  run(call: KernelCall<Inputs, Attributes>): TensorInfo | TensorInfo[] | undefined;
}

/** Where a tensor's values are. Stays right when the memory grows. */
export function addressOf(backend: BackendWasm, tensor: TensorInfo): Address {
  return backend.getMemoryOffset(tensor.dataId);
}

/** A new tensor, its values not set yet, and its address. */
export function newTensor(backend: BackendWasm, shape: readonly number[], dtype: TensorInfo['dtype'] = 'float32'): [TensorInfo, Address] {
  const tensor = backend.makeOutput([...shape], dtype);
  return [tensor, addressOf(backend, tensor)];
}

/** Number of values of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether all tensors that are there hold float32. */
export function areFloats(...tensors: (TensorInfo | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || tensor === null || tensor.dtype === 'float32');
}

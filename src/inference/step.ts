import type { Address } from '../kernels/address.ts';
import type { EngineKernels } from '../kernels/engine-kernels.ts';
import type { ActivationRange } from '../packed/model-file.ts';
import type { Activation } from './activation.ts';
import type { StepChoices } from './choose-kernel.ts';
import type { Product } from './product.ts';

/** Computes `[batch, ...outputShape]` at `output` from one or more `[batch, ...inputShape]` at `inputs`, none of which overlaps it. */
export type RunStep = (inputs: readonly Address[], output: Address, batch: number) => void;

/** What a step reads: one value. */
export interface StepInput {
  /** Without the batch axis. */
  readonly shape: readonly number[];
  /** The whole numbers that stand for it, where the file says so; `dynamic`: those of each sample's own range. */
  readonly range?: ActivationRange | 'dynamic';
  /** Whether all values of a sample have one magnitude: signs, or signs times a scale of the sample. @default false */
  readonly isSigns?: boolean;
}

/** One step of the computation: a layer, with those that were merged into it. */
export interface Step {
  /** `conv2d`, `dense`, `maxPooling2d` ... */
  readonly kind: string;
  /** The layers it does the work of, in order. */
  readonly layers: string[];
  /** Without the batch axis. */
  readonly outputShape: readonly number[];
  /** Multiplications with a weight for one sample. */
  readonly multiplyAdds: number;
  /** What is done to the result last; while it is linear, an activation that follows is merged into the step. */
  activation?: Activation;
  /** Merges `value * scale + shift` per channel into the weights; only while the activation is linear. */
  fold?(scale: Float32Array, shift: Float32Array): void;
  /** What a step computes for which there are several kernels; asked when nothing more will be merged into it. */
  product?(): Product;
  /** Puts the weights into the kernels' memory. @param choices for steps with a product; without them the cheapest by estimate */
  compile(kernels: EngineKernels, choices?: StepChoices): RunStep;
}

/** Values of one sample of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Copies values into the kernels' memory, for good. */
export function place(kernels: EngineKernels, values: Float32Array | Int32Array | Uint32Array | Uint8Array): Address {
  const address = kernels.heap.allocate(values.byteLength);
  kernels.bytes(address, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return address;
}

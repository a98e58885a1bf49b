import type { Address, KernelActivation } from '../kernels/address.ts';
import type { EngineKernels } from '../kernels/engine-kernels.ts';
import { activationNumbers } from '../kernels/export-arguments.ts';

/** A function of single values, or softmax over the last axis. */
export interface Activation {
  /** Keras' name. */
  readonly name: string;
  /** Where products and other kernels can end with it. */
  readonly kernel?: KernelActivation;
  /** Where there is a kernel that does nothing else: its number in kernels/wasm/curves.ts, and the slope or scale below 0 or `threshold`. */
  readonly curve?: { readonly number: number; readonly alpha?: number; readonly threshold?: number; readonly limit?: number };
}

export const linear: Activation = { name: 'linear', kernel: 'linear' };
/** 1 from 0 on, else -1. */
export const sign: Activation = { name: 'sign', curve: { number: 9 } };
export const softmax: Activation = { name: 'softmax' };

export function elu(alpha: number): Activation {
  return { name: 'elu', curve: { number: 3, alpha } };
}

export function leakyReLU(alpha: number): Activation {
  return { name: 'leakyReLU', curve: { number: 8, alpha } };
}

/** Of float32. */
const largestFloat = 3.4028234663852886e38;

/** 0 below the threshold or a line through it, then the value itself, up to the limit. */
export function rectifier(slope: number, threshold: number, limit = largestFloat): Activation {
  return { name: 'relu', curve: { number: 11, alpha: slope, threshold, limit: Math.min(limit, largestFloat) } };
}

/** By Keras' names, as they stand in a topology. */
const activations: readonly Activation[] = [
  linear,
  softmax,
  { name: 'relu', kernel: 'relu' },
  { name: 'relu6', kernel: 'relu6' },
  { name: 'sigmoid', curve: { number: 1 } },
  { name: 'tanh', curve: { number: 2 } },
  elu(1),
  { name: 'selu', curve: { number: 4 } },
  { name: 'swish', curve: { number: 5 } },
  { name: 'hard_sigmoid', curve: { number: 6 } },
  { name: 'softsign', curve: { number: 7 } },
  { name: 'softplus', curve: { number: 10 } },
  { name: 'gelu', curve: { number: 12 } },
  { name: 'mish', curve: { number: 13 } },
];

export function activationNamed(name: string): Activation | undefined {
  return activations.find((one) => one.name === name);
}

/** Applies it to `rows` rows of `columns` values. Input and output may be the same. */
export function activate(
  kernels: EngineKernels,
  activation: Activation,
  input: Address,
  output: Address,
  rows: number,
  columns: number,
): void {
  const { kernel, curve } = activation;
  if (kernel) kernels.exports.activateAll(rows * columns, input, output, activationNumbers[kernel]);
  else if (curve) {
    const { number, alpha = 1, threshold = 0, limit = largestFloat } = curve;
    kernels.exports.activateCurve(rows * columns, input, output, number, alpha, threshold, limit);
  } else kernels.exports.softmax(rows, columns, input, output);
}

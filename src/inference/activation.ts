import type { Address, KernelActivation } from '../kernels/address.ts';
import type { EngineKernels } from '../kernels/engine-kernels.ts';
import { activationNumbers } from '../kernels/export-arguments.ts';

/** A function of single values, or softmax over the last axis. */
export interface Activation {
  /** Keras' name. */
  readonly name: string;
  /** Where products and other kernels can end with it. */
  readonly kernel?: KernelActivation;
  /** Where there is a kernel that does nothing else: its number in kernels/wasm/curves.ts, and the slope or scale below 0. */
  readonly curve?: { readonly number: number; readonly alpha?: number };
  /** Where there is none. */
  readonly compute?: (value: number) => number;
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
  { name: 'softplus', compute: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
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
  const { kernel, curve, compute } = activation;
  if (kernel) kernels.exports.activateAll(rows * columns, input, output, activationNumbers[kernel]);
  else if (curve) kernels.exports.activateCurve(rows * columns, input, output, curve.number, curve.alpha ?? 1);
  else if (compute) {
    const [from, to] = [kernels.floats(input, rows * columns), kernels.floats(output, rows * columns)];
    for (let i = 0; i < from.length; i++) to[i] = compute(from[i]);
  } else kernels.exports.softmax(rows, columns, input, output);
}

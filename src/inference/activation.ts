import type { Address, KernelActivation } from '../kernels/address.ts';
import type { EngineKernels } from '../kernels/engine-kernels.ts';

/** A function of single values, or softmax over the last axis. */
export interface Activation {
  /** Keras' name. */
  readonly name: string;
  /** Where the kernels have it. */
  readonly kernel?: KernelActivation;
  /** Where they have not. */
  readonly compute?: (value: number) => number;
}

export const linear: Activation = { name: 'linear', kernel: 'linear' };
export const softmax: Activation = { name: 'softmax' };

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** By Keras' names, as they stand in a topology. */
const activations: readonly Activation[] = [
  linear,
  softmax,
  { name: 'relu', kernel: 'relu' },
  { name: 'relu6', kernel: 'relu6' },
  { name: 'sigmoid', compute: sigmoid },
  { name: 'tanh', compute: Math.tanh },
  { name: 'hard_sigmoid', compute: (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)) },
  { name: 'elu', compute: (x) => (x > 0 ? x : Math.expm1(x)) },
  { name: 'selu', compute: (x) => seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x)) },
  { name: 'softplus', compute: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
  { name: 'softsign', compute: (x) => x / (1 + Math.abs(x)) },
  { name: 'swish', compute: (x) => x * sigmoid(x) },
];

export function activationNamed(name: string): Activation | undefined {
  return activations.find((one) => one.name === name);
}

/** Applies it in place to `rows` rows of `columns` values. */
export function activate(kernels: EngineKernels, activation: Activation, address: Address, rows: number, columns: number): void {
  const { kernel, compute } = activation;
  if (kernel === 'linear') return;
  if (kernel) kernels.activate({ count: rows * columns, input: address, output: address, activation: kernel });
  else if (compute) {
    const values = kernels.floats(address, rows * columns);
    for (let i = 0; i < values.length; i++) values[i] = compute(values[i]);
  } else kernels.softmax({ rows, columns, input: address, output: address });
}

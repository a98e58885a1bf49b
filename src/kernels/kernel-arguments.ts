import type { Address, KernelActivation } from './address.ts';
import type { WindowShape } from './window-shape.ts';

/** C `[m, n]` = activation(A `[m, k]` B `[k, n]` + bias `[n]`). */
export interface GemmArguments {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Address;
  readonly b: Address;
  readonly c: Address;
  /** A stands as `[k, m]`. */
  readonly transposeA?: boolean;
  /** B stands as `[n, k]`. */
  readonly transposeB?: boolean;
  /** B was packed by `packMatrix`: worth it where one B meets many A. */
  readonly packed?: boolean;
  readonly bias?: Address;
  readonly activation?: KernelActivation;
  /** Adds to what is in C; without bias. */
  readonly accumulate?: boolean;
}

export interface Conv2dArguments {
  readonly shape: WindowShape;
  readonly input: Address;
  /** `[filterHeight, filterWidth, inChannels, outChannels]` */
  readonly filter: Address;
  readonly output: Address;
  /** The filter was packed by `packMatrix` with k = filterHeight * filterWidth * inChannels, n = outChannels. */
  readonly packed?: boolean;
  /** `[outChannels]` */
  readonly bias?: Address;
  readonly activation?: KernelActivation;
}

/** Max pooling behind a convolution, without padding. */
export interface PoolShape {
  readonly height: number;
  readonly width: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

export interface BatchNormArguments {
  readonly rows: number;
  readonly columns: number;
  readonly input: Address;
  readonly gamma: Address;
  readonly beta: Address;
  readonly mean: Address;
  readonly variance: Address;
  /** Added to the variance. */
  readonly epsilon: number;
  readonly activation?: KernelActivation;
}

/** Numbers of one step of Adam. */
export interface AdamStepOptions {
  /** Learning rate with the corrections of the bias in it: `learningRate * sqrt(1 - beta2 ** step) / (1 - beta1 ** step)`. */
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** The weights are multiplied by it first; 1 leaves them alone. @default 1 */
  readonly decay?: number;
}

/** Input and output may be the same. */
export interface ActivateArguments {
  readonly count: number;
  readonly input: Address;
  readonly output: Address;
  readonly activation: KernelActivation;
}

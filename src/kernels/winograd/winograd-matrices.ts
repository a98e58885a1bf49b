import type { WinogradTransforms } from './cook-toom.ts';
import { type Rational, toNumber } from './rational.ts';

/** The transforms of F(m x m, r x r) on tiles that lie row after row: each is the product of the one-dimensional one with itself. */
export interface WinogradMatrices {
  /** Pixels on a side of a tile's outputs: m. */
  readonly outputs: number;
  /** Pixels on a side of a tile: m + r - 1. */
  readonly size: number;
  /** `[outputs², size²]` */
  readonly output: Float32Array;
  /** `[size², taps²]` */
  readonly filter: Float32Array;
  /** `[size², size²]` */
  readonly input: Float32Array;
}

/** The matrices for two dimensions, rounded once. */
export function winogradMatrices({
  outputs,
  size,
  outputTransform,
  filterTransform,
  inputTransform,
}: WinogradTransforms): WinogradMatrices {
  return { outputs, size, output: twice(outputTransform), filter: twice(filterTransform), input: twice(inputTransform) };
}

/** The Kronecker product with itself. */
function twice(transform: readonly (readonly Rational[])[]): Float32Array {
  const values = transform.map((row) => row.map(toNumber));
  return Float32Array.from(values.flatMap((outer) => values.flatMap((inner) => outer.flatMap((a) => inner.map((b) => a * b)))));
}

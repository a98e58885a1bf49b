import { expect } from 'vitest';
import { loadNativeKernels } from '../../../src/backend/native-kernels/load-native-kernels.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { type KernelFlavour, type Kernels, loadKernels } from '../../../src/kernels/index.ts';
import type { InferenceKernels } from '../../../src/kernels/inference-kernels.ts';
import type { InferenceExports } from '../../../src/kernels/kernel-exports.ts';

/** Kernels with a little around them: arrays in, arrays out, and a guard behind every result. */
export class KernelWorkspace<Made extends InferenceKernels<InferenceExports> = Kernels> {
  readonly kernels: Made;
  readonly #random = new RandomStream(1, 'kernels');

  constructor(kernels: Made) {
    this.kernels = kernels;
  }

  static async open(flavour: KernelFlavour): Promise<KernelWorkspace> {
    return new KernelWorkspace(flavour === 'native' ? loadNativeKernels({ threads: 2 }) : await loadKernels({ flavour }));
  }

  /** Values from -1 to 1. */
  values(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.#random.uniform(-1, 1));
  }

  put(values: Float32Array): number {
    const address = this.kernels.heap.allocate(values.byteLength);
    this.kernels.floats(address, values.length).set(values);
    return address;
  }

  putIntegers(values: Int32Array): number {
    const address = this.kernels.heap.allocate(values.byteLength);
    new Int32Array(this.kernels.heap.memory.buffer, address, values.length).set(values);
    return address;
  }

  /** Runs a kernel that writes `count` floats; checks that it writes them all and none before or behind. */
  result(count: number, run: (address: number) => void): Float32Array {
    const guard = 8;
    const start = this.kernels.heap.allocate((count + 2 * guard) * 4);
    this.kernels.floats(start, count + 2 * guard).fill(12345);
    run(start + guard * 4);
    const all = this.kernels.floats(start, count + 2 * guard);
    expect([...all.subarray(0, guard), ...all.subarray(count + guard)]).toEqual(Array(2 * guard).fill(12345));
    return all.slice(guard, count + guard);
  }
}

/** Equal but for rounding: every value within `tolerance` of the largest. */
export function expectClose(actual: Float32Array, expected: Float32Array, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  let worst = 0;
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(actual[index] - expected[index]);
    if (!(difference <= worst)) worst = difference;
    if (Number.isNaN(difference)) break;
  }
  expect(worst / scale).toBeLessThanOrEqual(tolerance);
}

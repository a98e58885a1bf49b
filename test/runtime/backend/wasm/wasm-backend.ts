import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { memory, ready, setBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { registerWasmKernels, type WasmKernelsInfo } from '../../../../src/backend/wasm/index.ts';
import { RandomStream } from '../../../../src/core/random.ts';

export async function startWasm(): Promise<WasmKernelsInfo> {
  await setBackend('wasm');
  await ready();
  return registerWasmKernels();
}

const random = new RandomStream(1, 'wasm backend');

/** Values from -1 to 1. */
export function randomTensor<T extends Tensor = Tensor>(shape: number[]): T {
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Float32Array.from({ length: count }, () => random.uniform(-1, 1)),
    shape,
  ) as T;
}

/** What `compute` gives on a backend, as arrays; checks that nothing else is left in memory. */
export async function valuesOn(backend: 'wasm' | 'cpu', inputs: readonly Tensor[], compute: (...inputs: Tensor[]) => Tensor[]) {
  const arrays = inputs.map((input) => [input.dataSync(), input.shape, input.dtype] as const);
  await setBackend(backend);
  const before = memory().numTensors;
  const values = tidy(() => {
    const moved = arrays.map(([data, shape, dtype]) => tensor(data, shape, dtype));
    return compute(...moved).map((result) => result.dataSync().slice());
  });
  expect(memory().numTensors).toBe(before);
  await setBackend('wasm');
  return values;
}

/** `compute` gives the same on both backends, but for rounding. */
export async function expectSameOnCpu(inputs: readonly Tensor[], compute: (...inputs: Tensor[]) => Tensor[]): Promise<void> {
  const [ours, cpu] = [await valuesOn('wasm', inputs, compute), await valuesOn('cpu', inputs, compute)];
  expect(ours.length).toBe(cpu.length);
  ours.forEach((values, index) => {
    expect(values.length).toBe(cpu[index].length);
    const scale = Array.from(cpu[index], Math.abs).reduce(
      (largest, value) => (Number.isFinite(value) ? Math.max(largest, value) : largest),
      1,
    );
    for (let at = 0; at < values.length; at++) {
      const [a, b] = [values[at], cpu[index][at]];
      if (!Object.is(a, b) && !(Math.abs(a - b) <= 1e-5 * scale))
        throw new Error(`result ${index}, value ${at}: ${a} on wasm, ${b} on cpu`);
    }
  });
}

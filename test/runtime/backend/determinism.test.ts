import { describe, expect, test } from 'vitest';
import { describeWith } from '../../support/requirements.ts';
import { nativeKernels, tfjsNode } from './native-requirement.ts';
import { runChild } from './run-child.ts';

async function train(backend: string, seed: number, threads = '') {
  const { stdout, stderr } = await runChild(new URL('programs/train-briefly.ts', import.meta.url), {
    args: [String(seed)],
    env: { DL_BACKEND: backend, DL_THREADS: threads },
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as { name: string; weights: string; tensors: number[]; logs: unknown };
}

/** Two processes with one seed, one with another. */
async function expectEqualBits(backend: string) {
  const [first, second, other] = await Promise.all([train(backend, 0), train(backend, 0), train(backend, 1)]);
  expect(second).toEqual(first);
  expect(other.weights).not.toBe(first.weights);
  return first;
}

describe('wasm', () => {
  test('two runs with seed 0 give equal bits, another seed gives others, and no tensor is left over between epochs', async () => {
    const { name, tensors } = await expectEqualBits('wasm');
    expect(name).toBe('wasm');
    expect(new Set(tensors).size).toBe(1);
  });
});

describeWith(nativeKernels, 'native', () => {
  test('runs with one seed give equal bits whatever the number of threads', async () => {
    const [one, two, five] = await Promise.all(['1', '2', '5'].map((threads) => train('native', 0, threads)));
    expect(one.name).toBe('native');
    expect(new Set(one.tensors).size).toBe(1);
    expect([two, five]).toEqual([one, one]);
  });
});

describeWith(tfjsNode, 'tensorflow', () => {
  test('two runs with seed 0 give equal bits, another seed gives others, and no tensor is left over between epochs', async () => {
    const { name, tensors } = await expectEqualBits('tensorflow');
    expect(name).toBe('tensorflow');
    expect(new Set(tensors).size).toBe(1);
  });
});

import { memory, step, tensor1d } from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { describeWith } from '../../support/requirements.ts';
import { tfjsNode } from './native-requirement.ts';

describeWith(tfjsNode, 'native kernels', () => {
  test('step is 1 above zero, 0 elsewhere and NaN for NaN, and leaves no tensor behind', async () => {
    vi.stubEnv('DL_BACKEND', 'tensorflow');
    expect((await useBackend()).name).toBe('tensorflow');
    const before = memory().numTensors;
    const x = tensor1d([-1, -0, 0, 2, Number.POSITIVE_INFINITY, Number.NaN]);
    const plain = step(x);
    const leaky = step(x, 0.5);
    expect(Array.from(plain.dataSync())).toEqual([0, 0, 0, 1, 1, Number.NaN]);
    expect(Array.from(leaky.dataSync())).toEqual([0.5, 0.5, 0.5, 1, 1, Number.NaN]);
    for (const tensor of [x, plain, leaky]) tensor.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers'; // registers the gradients
import { existsSync } from 'node:fs';
import { memory, mul, setBackend, square, sub, sum, tensor1d, tidy, type Variable, variable, variableGrads } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerWasmKernels } from '../../src/backend/wasm/index.ts';
import { builtinOptimizers, type Optimizer } from '../../src/optimizers/index.ts';
import { kebabCase } from './kebab-case.ts';

const scales = [1, 3, 0.5];

/** Where 0.05 takes too long: these steps are a share of earlier ones, or get ever smaller. */
const startRates: Readonly<Record<string, number>> = { adadelta: 60, adagrad: 0.5 };

/** One step towards the minimum of the sum of `scale * (weight - scale)^2`. */
function step(optimizer: Optimizer, weight: Variable): void {
  tidy(() => {
    const scale = tensor1d(scales);
    const { grads } = variableGrads(() => sum(mul(scale, square(sub(weight, scale)))), [weight]);
    optimizer.applyGradients([weight], grads);
  });
}

describe.each(['cpu', 'wasm', 'wasm with our kernels'])('on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend.split(' ')[0]);
    if (backend.endsWith('our kernels')) expect((await registerWasmKernels()).flavour).not.toBe('none');
  });

  describe.each(builtinOptimizers)('optimizer $name', (definition) => {
    const create = (learningRate = 0.05) => definition.create({ ...definition.defaults, learningRate } as never);

    test('is named like its file, and its options survive JSON', () => {
      expect(existsSync(new URL(`../../src/optimizers/${kebabCase(definition.name)}.ts`, import.meta.url))).toBe(true);
      expect(JSON.parse(JSON.stringify(definition.defaults))).toEqual(definition.defaults);
      expect(create()).toMatchObject({ name: definition.name, learningRate: 0.05 });
    });

    test('finds the minimum and keeps the tensor count flat', () => {
      const before = memory().numTensors;
      const weight = tidy(() => variable(tensor1d([0, 0, 0])));
      const optimizer = create();
      step(optimizer, weight);
      const running = memory().numTensors;
      const rate = startRates[definition.name] ?? 0.05;
      for (let i = 0; i < 200; i++) {
        optimizer.learningRate = rate * Math.min(1, (200 - i) / 50);
        step(optimizer, weight);
      }
      expect(memory().numTensors).toBe(running);
      weight.dataSync().forEach((value, i) => {
        expect(Math.abs(value - scales[i])).toBeLessThan(0.1);
      });
      optimizer.dispose();
      weight.dispose();
      expect(memory().numTensors).toBe(before);
    });

    test('goes on from its saved state to the same bits', async () => {
      const weight = tidy(() => variable(tensor1d([0, 0, 0])));
      const optimizer = create();
      for (let i = 0; i < 7; i++) step(optimizer, weight);
      const state = await optimizer.stateDict();
      const values = weight.dataSync().slice();
      for (let i = 0; i < 5; i++) step(optimizer, weight);
      const expected = weight.dataSync().slice();

      const resumed = create();
      weight.assign(tensor1d(values));
      resumed.loadStateDict(state, [weight]);
      expect(await resumed.stateDict()).toEqual(state);
      for (let i = 0; i < 5; i++) step(resumed, weight);
      expect(weight.dataSync()).toEqual(expected);
      for (const one of [optimizer, resumed, weight]) one.dispose();
    });

    test('leaves a weight without a gradient alone', () => {
      const weight = tidy(() => variable(tensor1d([1, 2])));
      const optimizer = create();
      optimizer.applyGradients([weight], {});
      expect(Array.from(weight.dataSync())).toEqual([1, 2]);
      optimizer.dispose();
      weight.dispose();
    });
  });
});

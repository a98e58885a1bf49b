import { clipByValue, memory, mul, scalar, sign, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { MasterWeights } from '../../../src/compression/few-values/master-weights.ts';
import { trainableVariables } from '../../../src/layers/index.ts';
import { adam } from '../../../src/optimizers/adam.ts';
import { smallConvNet } from './small-nets.ts';

let model: LayersModel;
let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
  model = smallConvNet();
});
afterEach(() => {
  model.dispose();
  expect(memory().numTensors).toBe(tensors);
});

const kernel = () => trainableVariables(model).find(({ name }) => name === 'dense1/kernel')!;
const values = () => Array.from(kernel().dataSync());
const coarse = (master: Tensor) => tidy(() => sign(master));

it('let many small steps add up behind a kernel of two values', () => {
  const first = values();
  const masters = MasterWeights.of(model, ['dense1/kernel']);
  masters.takeOut(model, coarse);
  expect(values()).toEqual(first.map(Math.sign));
  for (let step = 0; step < 10; step++) {
    masters.putIn(model);
    tidy(() => kernel().assign(sub(kernel(), 0.01)));
    masters.takeOut(model, coarse);
  }
  expect(values()).toEqual(first.map((value) => Math.sign(value - 0.1)));
  masters.putIn(model);
  expect(Math.max(...values().map((value, i) => Math.abs(value - (first[i] - 0.1))))).toBeLessThan(1e-6);
  masters.dispose();
});

it('are not written into by an optimizer that writes in place, once they are out of the model', () => {
  const masters = MasterWeights.of(model, ['dense1/kernel']);
  const optimizer = adam.create({ ...adam.defaults, learningRate: 0.1 });
  masters.takeOut(model, coarse);
  masters.putIn(model);
  tidy(() => optimizer.applyGradients([kernel()], { 'dense1/kernel': mul(kernel(), scalar(1)) }));
  masters.takeOut(model, coarse);
  const kept = Array.from(masters.get('dense1/kernel')!.dataSync());
  tidy(() => optimizer.applyGradients([kernel()], { 'dense1/kernel': mul(kernel(), scalar(1)) }));
  expect(Array.from(masters.get('dense1/kernel')!.dataSync())).toEqual(kept);
  optimizer.dispose();
  masters.dispose();
});

it('are held in their bounds, and come back from what was saved', () => {
  const masters = MasterWeights.of(model, ['conv1/kernel', 'dense1/kernel']);
  masters.takeOut(model, coarse, (master) => clipByValue(master, -0.1, 0.1));
  const saved = masters.save();
  expect(Math.max(...saved.get('dense1/kernel')!.values)).toBe(Math.fround(0.1));
  const loaded = MasterWeights.load(saved);
  expect(loaded.save()).toEqual(saved);
  expect(loaded.names).toEqual(['conv1/kernel', 'dense1/kernel']);
  masters.dispose();
  loaded.dispose();
});

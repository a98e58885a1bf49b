import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { memory, setBackend, tensor2d, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registerWasmKernels } from '../../../src/backend/wasm/index.ts';
import { adam, adamw, type Optimizer, rmsprop, sgd } from '../../../src/optimizers/index.ts';

const gradients = [
  [0.1, -0.2, 0.3],
  [0.5, 0, -0.1],
  [-0.3, 1e-4, 0.2],
];

function apply(optimizer: Optimizer, weight: Variable, values: readonly number[]) {
  const gradient = tensor2d([...values], [1, 3]);
  optimizer.applyGradients([weight], { [weight.name]: gradient });
  expect(gradient.isDisposed).toBe(false);
  gradient.dispose();
}

describe.each(['cpu', 'wasm', 'wasm with our kernels'])('optimizers on %s', (backend) => {
  let weight: Variable;
  let before: number;

  beforeAll(async () => {
    await setBackend(backend.split(' ')[0]);
    if (backend.endsWith('our kernels')) expect((await registerWasmKernels()).flavour).not.toBe('none');
  });
  beforeEach(() => {
    before = memory().numTensors;
    weight = tidy(() => variable(tensor2d([0.5, -1, 2], [1, 3]), true, `layer/${backend}`));
  });
  afterEach(() => weight.dispose());

  // Three steps with Keras 3.15, the rate halved before the third.
  test.each([
    ['sgd', sgd.create({ learningRate: 0.1, momentum: 0, nesterov: false }), [0.45499998, -0.98000503, 1.97000003]],
    ['sgd with momentum', sgd.create({ learningRate: 0.1, momentum: 0.9, nesterov: false }), [0.39289999, -0.94580501, 1.92770004]],
    ['sgd, Nesterov', sgd.create({ learningRate: 0.1, momentum: 0.9, nesterov: true }), [0.35861, -0.93122953, 1.90492988]],
    ['adam', adam.create({ ...adam.defaults, learningRate: 0.01 }), [0.48014241, -0.9807117, 1.98298264]],
    ['adamw', adamw.create({ ...adamw.defaults, learningRate: 0.01, weightDecay: 0.1 }), [0.47891271, -0.97823203, 1.97800362]],
    ['rmsprop', rmsprop.create({ ...rmsprop.defaults, learningRate: 0.01 }), [0.44565532, -0.96838635, 1.96980286]],
    [
      'rmsprop with momentum',
      rmsprop.create({ ...rmsprop.defaults, learningRate: 0.01, momentum: 0.5 }),
      [0.40640521, -0.9446696, 1.95132732],
    ],
  ])('%s takes the steps of Keras, also when the rate changes', (_, optimizer, expected) => {
    gradients.forEach((gradient, step) => {
      if (step === 2) optimizer.learningRate /= 2;
      apply(optimizer, weight, gradient);
    });
    weight.dataSync().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 6);
    });
    optimizer.dispose();
    weight.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('the state of an optimizer', () => {
  beforeAll(async () => {
    await setBackend('cpu');
  });

  test('that belongs to another model is refused', () => {
    const weight = tidy(() => variable(tensor2d([1, 2], [1, 2]), true, 'dense1/kernel'));
    const optimizer = adam.create(adam.defaults);
    const slots = { 'momentum/dense1/kernel': new Float32Array(3), 'velocity/dense1/kernel': new Float32Array(3) };
    expect(() => optimizer.loadStateDict({ step: 1, slots }, [weight])).toThrow(
      'The saved optimizer state has 3 values for momentum/dense1/kernel; the weight has 2.',
    );
    expect(() => optimizer.loadStateDict({ step: 1, slots: { 'velocity/dense1/kernel': new Float32Array(2) } }, [weight])).toThrow(
      'has no values for momentum/dense1/kernel',
    );
    weight.dispose();
  });

  test('has names that say slot and weight', async () => {
    const weight = tidy(() => variable(tensor2d([1, 2], [1, 2]), true, 'dense1/kernel'));
    const optimizer = adam.create(adam.defaults);
    expect(await optimizer.stateDict()).toEqual({ step: 0, slots: {} });
    const gradient = tensor2d([1, 2], [1, 2]);
    optimizer.applyGradients([weight], { 'dense1/kernel': gradient });
    const { step, slots } = await optimizer.stateDict();
    expect(step).toBe(1);
    expect(Object.keys(slots)).toEqual(['momentum/dense1/kernel', 'velocity/dense1/kernel']);
    expect(slots['momentum/dense1/kernel'][1]).toBeCloseTo(0.2, 6);
    for (const tensor of [weight, gradient, optimizer]) tensor.dispose();
  });
});

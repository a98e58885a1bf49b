import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { memory, setBackend, tensor, tensor2d, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerWasmKernels } from '../../../src/backend/wasm/index.ts';
import { adam, builtinOptimizers, type Optimizer } from '../../../src/optimizers/index.ts';
import { matchesWeight } from '../../../src/optimizers/matches-weight.ts';

/** Ten steps of Keras in float64, the rate halved before the seventh: `keras_optimizers.py` wrote it. */
interface Golden {
  readonly shapes: Readonly<Record<string, number[]>>;
  readonly start: Readonly<Record<string, number[]>>;
  readonly gradients: readonly Readonly<Record<string, number[]>>[];
  readonly cases: readonly { optimizer: string; options: object; weights: Record<string, number[]> }[];
}

const golden: Golden = JSON.parse(readFileSync(new URL('golden/keras.json', import.meta.url), 'utf8'));

function create(name: string, options: object): Optimizer {
  const definition = builtinOptimizers.find((one) => one.name === name)!;
  return definition.create({ ...definition.defaults, ...options } as never);
}

/** Variables by name, freed by the caller. */
function variablesOf(values: Readonly<Record<string, number[]>>, shapes: Readonly<Record<string, number[]>>): Variable[] {
  // Other tests of this process may have variables of the same names: tfjs wants them different.
  return Object.entries(values).map(([name, weight]) => {
    const made = tidy(() => variable(tensor(weight, shapes[name])));
    made.name = name;
    return made;
  });
}

function apply(optimizer: Optimizer, variables: readonly Variable[], values: Readonly<Record<string, number[]>>): void {
  const gradients = Object.fromEntries(variables.map(({ name, shape }) => [name, tensor(values[name], shape)]));
  optimizer.applyGradients(variables, gradients);
  for (const gradient of Object.values(gradients)) {
    expect(gradient.isDisposed).toBe(false);
    gradient.dispose();
  }
}

describe.each(['cpu', 'wasm', 'wasm with our kernels'])('optimizers on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend.split(' ')[0]);
    if (backend.endsWith('our kernels')) expect((await registerWasmKernels()).flavour).not.toBe('none');
  });

  const cases = golden.cases.map((one) => ({ ...one, title: `${one.optimizer} ${JSON.stringify(one.options)}` }));
  test.each(cases)('$title takes the steps of Keras, also when the rate changes', ({ optimizer: name, options, weights }) => {
    const before = memory().numTensors;
    const optimizer = create(name, { learningRate: 0.05, ...options });
    const variables = variablesOf(golden.start, golden.shapes);
    golden.gradients.forEach((gradients, step) => {
      if (step === 6) optimizer.learningRate /= 2;
      apply(optimizer, variables, gradients);
    });
    for (const one of variables) {
      for (const [i, value] of one.dataSync().entries()) expect(Math.abs(value - weights[one.name][i])).toBeLessThan(1e-6);
    }
    optimizer.dispose();
    for (const one of variables) one.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('every optimizer is among them', () => {
    expect(new Set(golden.cases.map(({ optimizer }) => optimizer))).toEqual(new Set(builtinOptimizers.map(({ name }) => name)));
  });

  test('a rate multiplied by 0.1 for some layers is the rate of another optimizer for these', () => {
    const shapes = { 'conv1/kernel': [2], 'conv2/bias': [2], 'dense1/kernel': [2] };
    const start = { 'conv1/kernel': [1, 2], 'conv2/bias': [3, 4], 'dense1/kernel': [5, 6] };
    const train = (options: object) => {
      const optimizer = create('adamw', options);
      const variables = variablesOf(start, shapes);
      for (let step = 0; step < 3; step++) apply(optimizer, variables, start);
      const values = variables.map((one) => Array.from(one.dataSync()));
      for (const one of [optimizer, ...variables]) one.dispose();
      return values;
    };
    const mixed = train({ learningRate: 0.1, learningRateMultipliers: { conv2: 0, 'conv*': 0.1 } });
    expect(mixed[0]).toEqual(train({ learningRate: 0.1 * 0.1 })[0]);
    expect(mixed[1]).toEqual(start['conv2/bias']);
    expect(mixed[2]).toEqual(train({ learningRate: 0.1 })[2]);
  });
});

describe('the settings of an optimizer', () => {
  test('two ways of clipping are refused', () => {
    expect(() => create('sgd', { clipNorm: 1, clipValue: 1 })).toThrow('training.optimizer has both clipNorm and clipValue');
  });

  test('a pattern of rates that fits no layer is refused with the names that there are', () => {
    const variables = variablesOf({ 'conv1/kernel': [1] }, { 'conv1/kernel': [1] });
    const optimizer = create('sgd', { learningRateMultipliers: { cnov1: 0.1 } });
    expect(() => apply(optimizer, variables, { 'conv1/kernel': [1] })).toThrow(
      'learningRateMultipliers: "cnov1" fits no layer. Did you mean conv1? Known: conv1; * stands for any text.',
    );
    for (const one of variables) one.dispose();
  });

  test.each([
    ['conv*', 'conv1/kernel', true],
    ['conv*', 'block/conv1/kernel', false],
    ['*conv*', 'block/conv1/kernel', true],
    ['conv1', 'conv1/bias', true],
    ['conv1', 'conv10/bias', false],
    ['*/bias', 'conv1/bias', true],
    ['*/bias', 'conv1/kernel', false],
    ['conv.', 'conv1/bias', false],
  ])('the pattern %s means %s: %s', (pattern, weight, expected) => {
    expect(matchesWeight(pattern, weight)).toBe(expected);
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

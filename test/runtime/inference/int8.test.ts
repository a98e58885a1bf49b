import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { loadLayersModel } from '../../../src/compression/load-layers-model.ts';
import { type QuantizeOptions, quantize } from '../../../src/compression/quantize.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import type { Product } from '../../../src/inference/product.ts';
import { int8 } from '../../../src/inference/product-kernels/int8.ts';
import { loadEngineKernels } from '../../../src/kernels/engine-kernels.ts';
import { functional, layers, through } from '../../../src/layers/index.ts';
import { createModel } from '../../../src/models/create-model.ts';
import { defineModel } from '../../../src/models/define-model.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { data, features, outputsOf, randomInputs, smallBranchedNet, smallConvNet, training } from '../compression/small-nets.ts';

/** Two branches that meet, one of which also goes on by itself: a value that is rounded is read by several layers. */
function branchesOfProducts(): LayersModel {
  const same = { padding: 'same', activation: 'relu' } as const;
  const build = () =>
    functional([8, 8, 1], (input) => {
      const first = through(input, layers.conv2d({ name: 'conv1', filters: 9, kernelSize: 3, ...same }));
      const left = through(first, layers.conv2d({ name: 'conv2', filters: 6, kernelSize: 1, ...same }));
      const right = through(first, layers.conv2d({ name: 'conv3', filters: 5, kernelSize: 3, padding: 'same' }));
      const deep = through(right, layers.reLU({ name: 'relu3' }), layers.conv2d({ name: 'conv4', filters: 6, kernelSize: 3, ...same }));
      const joined = through([left, deep], layers.add({ name: 'add' }));
      return through(
        through([joined, right], layers.concatenate({ name: 'concat' })),
        layers.maxPooling2d({ name: 'pool', poolSize: 2 }),
        layers.flatten({ name: 'flatten' }),
        layers.dropout({ name: 'dropout', rate: 0.2 }),
        layers.dense({ name: 'dense1', units: 16, activation: 'relu' }),
        layers.dense({ name: 'dense2', units: 3 }),
        layers.softmax({ name: 'softmax' }),
      );
    });
  return createModel(defineModel({ name: 'branches', defaults: {}, build }), {}, features, 0);
}

const nets = { 'a chain': smallConvNet, branches: branchesOfProducts, 'a net with a depthwise layer': smallBranchedNet };
const trained = new Map<string, LayersModel>();
let folder: string;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  for (const [name, build] of Object.entries(nets)) {
    const model = build();
    await new Trainer(model, { ...training, epochs: 2 }).fit(data.train, data.validation);
    trained.set(name, model);
  }
  folder = await mkdtemp(join(tmpdir(), 'dl-int8-'));
}, 60_000);
afterAll(async () => {
  for (const model of trained.values()) model.dispose();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** How far the engine with int8 kernels is from the quantized model in tfjs. */
async function compareWithTfjs(net: string, options: QuantizeOptions) {
  const file = join(folder, 'model.safetensors');
  const { model } = await compressModel({ model: trained.get(net)!, features }, quantize(options), { ...training, data, file });
  const expected = await outputsOf(model);
  model.dispose();
  const { plan } = await loadModel(file);
  const measured = { kernel: 'int8' };
  const choices = Object.fromEntries(plan.map(({ layers: [name] }) => [name, { single: measured, many: measured }]));
  const engine = await loadModel(file, { autotune: choices });
  const given = engine.compute(randomInputs());
  return { file, engine, apart: Math.max(...given.map((value, i) => Math.abs(value - expected[i]))) };
}

const kernelsOf = (engine: { plan: Awaited<ReturnType<typeof loadModel>>['plan'] }, kind: string) =>
  new Set(engine.plan.filter((step) => step.kind === kind).map(({ kernel }) => kernel));

describe.each<[string, QuantizeOptions]>([
  ['static ranges', {}],
  ['weights of 4 bits', { bits: 4 }],
  ['one scale for a whole weight', { perChannel: false }],
  ['ranges of each sample', { mode: 'dynamic' }],
])('a model in int8 with %s', (_, options) => {
  it.each(['a chain', 'branches'])('gives what tfjs with rounding layers gives, to float32 rounding: %s', async (net) => {
    const { engine, apart } = await compareWithTfjs(net, options);
    expect(kernelsOf(engine, 'conv2d')).toEqual(new Set(['int8']));
    expect(kernelsOf(engine, 'dense')).toEqual(new Set(['int8']));
    expect(kernelsOf(engine, 'fakeQuantize')).toEqual(new Set());
    expect(apart).toBeLessThan(1e-5);
    const all = engine.compute(randomInputs());
    expect(engine.compute(randomInputs().subarray(64, 128))).toEqual(all.subarray(3, 6));
  });
});

it.each<QuantizeOptions>([{}, { mode: 'dynamic' }])(
  'computes depthwise convolutions and sums in float32, which rounds less: %j',
  async (options) => {
    const { engine, apart } = await compareWithTfjs('a net with a depthwise layer', options);
    expect(kernelsOf(engine, 'depthwiseConv2d')).toEqual(new Set(['float32']));
    expect(kernelsOf(engine, 'conv2d')).toEqual(new Set(['int8']));
    expect(apart).toBeLessThan(0.03);
  },
);

it('keeps in a file that each sample has its own range: back in tfjs the model rounds as it did', async () => {
  const { file } = await compareWithTfjs('branches', { mode: 'dynamic' });
  const { model } = await loadLayersModel(file);
  expect(model.layers.filter((layer) => layer.getClassName() === 'FakeQuantize').map(({ name }) => name)).toContain('conv1_rounded');
  const engine = await loadModel(file);
  const expected = await outputsOf(model);
  expect(Math.max(...engine.compute(randomInputs()).map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(0.03);
  model.dispose();
});

it('stays with float32 where only weights are whole numbers', async () => {
  const { engine } = await compareWithTfjs('a chain', { mode: 'weights' });
  expect(engine.plan.filter(({ kernel }) => kernel.startsWith('int8'))).toEqual([]);
});

describe('the kernel int8', () => {
  const product: Product = {
    kind: 'dense',
    rows: 1,
    k: 2,
    n: 3,
    weights: Float32Array.of(1, 0, -3, 2, 0, 6),
    bias: Float32Array.of(0, 5, 0),
    activation: 'linear',
    quantization: { bits: 8, scales: Float32Array.of(1, 0, -3) },
    inputRange: { scale: 1, zeroPoint: 10 },
  };
  const without = (change: Partial<Product>) => int8.refuses({ ...product, ...change }, 'simd');

  it('refuses what it cannot compute, and says why', () => {
    const scaled = (...scales: number[]): Partial<Product> => ({ quantization: { bits: 8, scales: Float32Array.from(scales) } });
    expect(without({})).toBeUndefined();
    expect(without({ inputRange: 'dynamic' })).toBeUndefined();
    expect(without({ quantization: undefined })).toBe('its weights are not whole numbers');
    expect(without({ inputRange: undefined })).toBe('its inputs stay float: the file has no range for them');
    expect(without({ inputRange: { scale: 1e-60, zeroPoint: 0 } })).toBe('its inputs have the scale 1e-60');
    expect(without({ inputRange: { scale: 1e60, zeroPoint: 0 } })).toBe('its inputs have the scale 1e+60');
    expect(without(scaled(1, Number.NaN, 1))).toBe('not all of its scales are finite');
    expect(without(scaled(1, 1, Number.POSITIVE_INFINITY))).toBe('not all of its scales are finite');
    expect(without({ k: 133_145 })).toBe('it adds up 133145 products; sums of 32 bits hold 133144');
  });

  it('takes scales of 0 and below, as merging a BatchNorm may leave them', async () => {
    const kernels = await loadEngineKernels();
    const [input, output] = [kernels.heap.allocate(8), kernels.heap.allocate(12)];
    kernels.floats(input, 2).set([7, 4]);
    int8.compile(product, kernels)(input, output, 1);
    expect([...kernels.floats(output, 3)]).toEqual([15, 5, 3]);
  });

  it('computes with weights that do not belong to their scales without leaving its memory', async () => {
    const kernels = await loadEngineKernels();
    const [input, output] = [kernels.heap.allocate(8), kernels.heap.allocate(12)];
    kernels.floats(input, 2).set([1, 0]);
    const weights = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, -1e30, 0, 0, 0);
    const scales = Float32Array.of(1, 1, 1);
    int8.compile({ ...product, weights, quantization: { bits: 8, scales } }, kernels)(input, output, 1);
    expect([...kernels.floats(output, 3)]).toEqual([0, 132, -127]);
  });
});

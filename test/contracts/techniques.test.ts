import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../src/backend/use-backend.ts';
import { techniques as catalogTechniques } from '../../src/catalog.ts';
import { readWeights } from '../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../src/compression/compress-model.ts';
import { loadLayersModel } from '../../src/compression/load-layers-model.ts';
import { stepsOf } from '../../src/compression/pipeline.ts';
import { recipeFrom, techniques } from '../../src/compression/techniques.ts';
import { loadModel } from '../../src/inference/load-model.ts';
import {
  data,
  features,
  outputsOf,
  randomInputs,
  smallBranchedNet,
  smallConvNet,
  smallDenseNet,
  training,
} from '../runtime/compression/small-nets.ts';

type Name = (typeof techniques)[number]['name'];

interface Example {
  readonly good: readonly object[];
  readonly bad: readonly object[];
  /** What it is tried on. @default smallConvNet */
  readonly net?: () => LayersModel;
  /** Steps without which it does nothing. @default none */
  readonly behind?: readonly { readonly name: string; readonly options: object }[];
}

/** What each technique is tried with. A new technique does not compile until it has an entry. */
const examples: Readonly<Record<Name, Example>> = {
  pruneWeights: {
    good: [
      { keep: 0.2 },
      { keep: { 'conv*': 0.5, dense1: 0.1 } },
      { keep: 0.3, scope: 'global', layers: ['dense*'] },
      { keep: 0.3, blockSize: [4, 1] },
      { threshold: { quality: 0.9 } },
      { threshold: { quality: { conv2: 0.5, 'dense*': 1 } } },
      { sparsityMByN: [2, 4] },
      { keep: 0.4, importance: 'random' },
      { keep: 0.4, importance: 'taylor', layers: ['dense*'] },
      { keep: 0.4, scope: 'global', layers: ['dense*'], importance: 'obd', blockSize: [2, 2] },
      { keep: { dense2: 0.5 }, importance: 'obs' },
    ],
    bad: [
      {},
      { keep: '0.5' },
      { keep: 0 },
      { keep: 1.1 },
      { keep: Number.NaN },
      { keep: { dense9: 0.5 } },
      { keep: 0.5, scope: 'some' },
      { keep: 1e-6 },
      { keep: 0.5, threshold: { quality: 1 } },
      { keep: 0.5, importance: 'fisher' },
      { keep: 0.5, layers: 'dense1' },
      { keep: 0.5, layers: ['dense9'] },
      { threshold: 0.9 },
      { threshold: { quality: 0 } },
      { threshold: { quality: { conv9: 1 } } },
      { threshold: { quality: 1 }, scope: 'global' },
      { threshold: { quality: 1 }, importance: 'obd' },
      { sparsityMByN: [4, 4] },
      { sparsityMByN: [2] },
      { sparsityMByN: [2, 4], blockSize: [4, 1] },
      { keep: 0.5, blockSize: [0, 1] },
      { keep: 0.5, blockSize: 4 },
      { keep: 0.5, importance: 'odb' },
      { keep: 0.5, importance: 'obs' }, // 2,207 weights
      { keep: { dense2: 0.5 }, importance: 'obs', blockSize: [2, 1] },
      { keep: 0.5, importance: 'obd', schedule: { name: 'constantSparsity', beginStep: 2 } },
    ],
  },
  rewind: {
    good: [{ to: 'start' }],
    bad: [{}, { to: '' }, { to: 3 }, { to: 'nothing.safetensors' }],
  },
  pruneUnits: {
    good: [
      { ratio: 0.5 },
      { ratio: { conv1: 0.25 }, roundTo: 4, importance: 'l2' },
      { target: { macs: 0.4 }, importance: 'taylor', batches: 1 },
      { target: { weights: 0.3 }, scope: 'global', importance: 'geometricMedian', maxRatio: 0.8 },
      { ratio: 0.5, importance: 'random', remove: false },
    ],
    bad: [
      { ratio: 1 },
      { ratio: -0.1 },
      { ratio: Number.NaN },
      { ratio: { dense2: 0.5 } },
      { ratio: 0.5, roundTo: 0 },
      { ratio: 0.5, importance: 'l0' },
      { ratio: 0.5, target: { macs: 0.5 } },
      { target: { macs: 1 } },
      { target: { macs: 0.001 } },
      { target: { bytes: 0.5 } },
      { ratio: 0.5, scope: 'all' },
      { ratio: { conv1: 0.5 }, scope: 'global' },
      { ratio: 0.5, maxRatio: 0.8 },
      { ratio: 0.95, scope: 'global' },
      { ratio: 0.5, importance: 'batchNormScale' },
      { ratio: 0.5, importance: 'taylor', batches: 0 },
      { ratio: 0.5, remove: 'no' },
      {},
    ],
  },
  cropInput: {
    net: smallDenseNet,
    good: [{}, { keep: 0.8, batches: 1 }],
    bad: [{ keep: 0 }, { keep: 1 }, { keep: '0.9' }, { batches: 0 }, { batches: 1.5 }],
  },
  slim: {
    net: smallBranchedNet, // it has BatchNorm
    good: [{ epochs: 1 }, { epochs: 1, strength: 1e-3, learningRate: 1e-3 }],
    bad: [{}, { epochs: 0 }, { epochs: 1, strength: 0 }, { epochs: 1, strength: '1' }, { epochs: 1, learningRate: -1 }],
  },
  fuseLayers: {
    net: smallBranchedNet, // it has BatchNorm
    good: [{}],
    bad: [],
  },
  factorize: {
    good: [
      { rank: { energy: 0.6 } },
      { rank: { speedup: 2 }, roundTo: 2 },
      { rank: { macs: 0.5 } },
      { rank: { conv2: 4, dense1: { energy: 0.5 } } },
      { rank: 2, method: 'cp' },
      { rank: { conv2: 3 }, method: 'spatial' },
    ],
    bad: [
      {},
      { rank: 0 },
      { rank: 1.5 },
      { rank: 10000 },
      { rank: { dense1: 1000 } },
      { rank: { energy: 0 } },
      { rank: { energy: 1.1 } },
      { rank: { energy: 1 } },
      { rank: { speedup: 1 } },
      { rank: { macs: 0 } },
      { rank: { macs: 0.0001 } },
      { rank: { dense9: 2 } },
      { rank: { conv1: 2 }, method: 'svd' },
      { rank: { energy: 0.5 }, method: 'cp' },
      { rank: 2, method: 'qr' },
      { rank: 2, roundTo: 0 },
    ],
  },
  winograd: {
    good: [{}, { tile: 4 }, { tile: 6, layers: ['conv1'] }, { layers: 'conv*' }],
    bad: [{ tile: 3 }, { tile: '2' }, { layers: 'conv9' }, { layers: [], tile: 0 }],
  },
  insertBottlenecks: {
    good: [{ reduceTo: 0.5 }, { reduceTo: { conv2: 0.25 }, roundTo: 2, activation: 'relu' }],
    bad: [
      {},
      { reduceTo: 0 },
      { reduceTo: 1 },
      { reduceTo: '0.5' },
      { reduceTo: { dense1: 0.5 } },
      { reduceTo: { conv1: 0.5 } },
      { reduceTo: 0.5, roundTo: 0 },
      { reduceTo: 0.5, activation: 'tanh' },
    ],
  },
  shareWeights: {
    good: [
      { bits: 4 },
      { bits: { 'conv*': 3, dense1: 5 }, clusterGradientAggregation: 'sum' },
      { numberOfClusters: 12, clusterCentroidsInit: 'kmeans++', clusterPerChannel: true, preserveSparsity: false },
      { numberOfClusters: 7, clusterCentroidsInit: 'random' },
    ],
    bad: [
      {},
      { bits: 0 },
      { bits: 9 },
      { bits: 2.5 },
      { bits: '5' },
      { bits: 5, numberOfClusters: 32 },
      { numberOfClusters: 0 },
      { numberOfClusters: 300 },
      { numberOfClusters: Number.NaN },
      { numberOfClusters: { dense2: 100 } },
      { bits: { dense9: 5 } },
      { bits: 5, clusterCentroidsInit: 'zero' },
      { bits: 5, clusterGradientAggregation: 'avg' },
    ],
  },
  huffmanCode: {
    good: [{}, { coders: ['huffman'] }],
    bad: [{ coders: [] }, { coders: 'huffman' }, { coders: ['none'] }, { coders: ['huffman', 'huffman'] }],
  },
  quantize: {
    good: [
      {},
      { bits: 4, mode: 'weights', perChannel: false },
      { bits: { 'conv*': 8, dense1: 4 }, mode: 'dynamic', biasCorrection: false },
      { exclude: 'dense2', calibration: 'mse', calibrationSamples: 40 },
      { mixedPrecision: { maxDrop: 0.01 } },
      { dtype: 'float16' },
    ],
    bad: [
      { bits: 3 },
      { bits: { 'conv*': 16 } },
      { bits: '8' },
      { bits: { dense9: 8 } },
      { exclude: '*' },
      { exclude: 'dense9' },
      { mode: 'int8' },
      { dtype: 'float32' },
      { dtype: 'float16', bits: 8 },
      { perChannel: 'yes' },
      { perChannel: true, preserveClusters: true },
      { calibrationSamples: 0 },
      { rangeSteps: -1 },
      { mixedPrecision: {} },
      { mixedPrecision: { maxDrop: -1 } },
    ],
  },
  distill: {
    good: [{}, { temperature: 2, weight: 0.9 }],
    bad: [{ temperature: 0 }, { temperature: '4' }, { weight: -0.1 }, { weight: 1.1 }, { weight: Number.NaN }],
    behind: [{ name: 'fineTune', options: { epochs: 1 } }],
  },
  binarize: {
    good: [
      {},
      { method: 'bwn', scale: 'layer', keepFirstAndLast: false },
      { method: 'xnor', layers: ['conv2'], inputScale: true },
      { method: 'binaryConnect', layers: ['dense*'], stochastic: true },
    ],
    bad: [
      { method: 'tern' },
      { scale: 'filter' },
      { layers: 'conv2' },
      { layers: ['conv9'] },
      { layers: ['conv1'] },
      { keepFirstAndLast: 1 },
      { stochastic: true },
      { inputScale: true },
      { method: 'binaryConnect', stochastic: 'yes' },
    ],
  },
  ternarize: {
    good: [{}, { method: 'twn', scale: 'channel', keepFirstAndLast: false }, { method: 'ttq', layers: ['conv*'], scaleLearningRate: 0.01 }],
    bad: [
      { method: 'bwn' },
      { scale: 'filter' },
      { layers: [2] },
      { layers: ['dense2'] },
      { keepFirstAndLast: null },
      { method: 'ttq', scaleLearningRate: 0 },
      { method: 'ttq', scaleLearningRate: Number.NaN },
    ],
  },
  fineTune: {
    good: [{ epochs: 1 }, { epochs: 1, learningRate: 1e-3, learningRateSchedule: 'cosine' }],
    bad: [
      {},
      { epochs: 1, learningRate: '1' },
      { epochs: 0 },
      { epochs: 1.5 },
      { epochs: 1, learningRate: 0 },
      { epochs: 1, learningRate: Number.NaN },
      { epochs: 1, learningRateSchedule: 'sine' },
    ],
  },
};

it('are all in the catalogue, which the generator reads', () => {
  expect(catalogTechniques.map(({ name }) => name)).toEqual(techniques.map(({ name }) => name));
});

let model: LayersModel;
let folder: string;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  folder = await mkdtemp(join(tmpdir(), 'dl-techniques-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const compress = (name: Name, options: object, more: object = {}) =>
  compressModel({ model, features }, recipeFrom([{ name, options }, ...(examples[name].behind ?? [])]), {
    ...training,
    ...more,
    data: { train: data.validation, validation: data.validation },
  });

describe.each(techniques.map(({ name, create }) => [name, create as (options: object) => ReturnType<typeof recipeFrom>] as const))(
  '%s',
  (name, create) => {
    const { good, bad, net = smallConvNet } = examples[name];
    beforeAll(() => {
      model = net();
    });
    afterAll(() => model.dispose());

    it.each(good)('is made again from its options as JSON: %j', (options) => {
      const technique = create(options);
      const again = stepsOf(recipeFrom(JSON.parse(JSON.stringify([{ name: technique.name, options: technique.options }]))))[0];
      expect(technique.name).toBe(name);
      expect(JSON.stringify(again)).toBe(JSON.stringify(technique));
      expect(technique.label).toMatch(/^[a-z]/);
    });

    it('refuses an option that it does not have, and options that are none, by name', () => {
      const [known = 'epochs'] = good.flatMap((options) => Object.keys(options));
      const misspelt = `${known.slice(0, -1)}_`;
      const named = { name: 'DlError', code: 'config', message: expect.stringContaining(`${name} has no option ${misspelt}`) };
      expect(() => create({ ...good[0], [misspelt]: 1 })).toThrow(expect.objectContaining(named));
      expect(() => create(null as never)).toThrow(`${name} got null; its options are written ${name}({ ... })`);
    });

    it.each(bad)('refuses %j before any work', async (options) => {
      await expect(compress(name, options)).rejects.toMatchObject({ name: 'DlError', code: expect.stringMatching(/^(config|refused)$/) });
    });

    it.each(good)('gives equal bits from equal seeds, and a file that both loaders read: %j', async (options) => {
      const file = join(folder, 'model.safetensors');
      const [first, second] = [await compress(name, options, { file }), await compress(name, options)];
      const weights = await readWeights(first.model);
      expect(await readWeights(second.model)).toEqual(weights);

      // A plain model: without the layers that only simulate what the engine does with ranges of the file.
      const loaded = await loadLayersModel(file);
      const plain = await readWeights(loaded.model);
      expect(plain).toEqual(new Map([...weights].filter(([name]) => plain.has(name))));
      const expected = await outputsOf(loaded.model);
      const got = (await loadModel(await readFile(file))).compute(randomInputs());
      // With ranges of each sample the layers that round are in the file; what the engine computes in float32 does not round.
      const tolerance = 'mode' in options && options.mode === 'dynamic' ? 0.01 : 1e-5;
      expect(Math.max(...got.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(tolerance);
      for (const one of [first.model, second.model, loaded.model]) one.dispose();
    });

    it.each(good)('leaves the given model as it was: %j', async (options) => {
      const before = await readWeights(model);
      (await compress(name, options)).model.dispose();
      expect(await readWeights(model)).toEqual(before);
    });
  },
);

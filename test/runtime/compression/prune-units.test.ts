import { memory } from '@tensorflow/tfjs-core';
import { model as functionalModel, input, type LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { loadWeightsInto, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { dependencyGraph } from '../../../src/compression/dependency-graph.ts';
import { type PruneUnitsOptions, pruneUnits } from '../../../src/compression/prune-units.ts';
import type { TechniqueNote } from '../../../src/compression/technique.ts';
import { RandomStream } from '../../../src/core/random.ts';
import type { Features } from '../../../src/data/features.ts';
import { type Layer, layers, sequential } from '../../../src/layers/index.ts';
import { features, netOf, outputsOf, smallConvNet } from './small-nets.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

async function pruned(model: LayersModel, options: PruneUnitsOptions): Promise<{ model: LayersModel; notes: TechniqueNote[] }> {
  const notes: TechniqueNote[] = [];
  const context = { model, features, random: new RandomStream(0), note: (note: TechniqueNote) => void notes.push(note) };
  const technique = pruneUnits(options);
  technique.check!(context, { steps: [technique], index: 0 });
  return { model: await technique.rewrite!(context), notes };
}

const shapes = (model: LayersModel) => Object.fromEntries(model.weights.map(({ originalName, shape }) => [originalName, shape]));

/** Sets everything to 0 that reads the first half of the units of each group, and shrinks what makes them. */
async function silenceFirstHalf(model: LayersModel): Promise<void> {
  const weights = new Map(await readWeights(model));
  const { groups, axes } = dependencyGraph(model);
  const silent = new Set(groups.flatMap(({ units }) => units.slice(0, units.length / 2)));
  for (const { weight, axis, units, role } of axes.filter((one) => one.role !== 'carries')) {
    const { shape, values } = weights.get(weight)!;
    const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const changed = values.map((value, i) => {
      if (!silent.has(units[Math.floor(i / inner) % units.length])) return value;
      return role === 'makes' ? value / 1000 : 0;
    });
    weights.set(weight, { shape, values: changed });
  }
  loadWeightsInto(model, { weights });
}

const row: Features = { ...features, inputShape: [5] };
const nets: [string, () => Layer[], Features, Record<string, number[]>][] = [
  [
    'conv, pool, conv, pool, flatten, dense, dense',
    () => [
      layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 6, kernelSize: 2, padding: 'same' }),
      layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
      layers.flatten(),
      layers.dense({ units: 10, activation: 'relu' }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    features,
    { 'conv1/kernel': [3, 3, 1, 2], 'conv2/kernel': [2, 2, 2, 3], 'dense1/kernel': [12, 5], 'dense2/kernel': [5, 3] },
  ],
  [
    'batch normalization before and behind a flatten, dropout, activation layers',
    () => [
      layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, useBias: false }),
      layers.batchNormalization(),
      layers.reLU(),
      layers.flatten(),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 8 }),
      layers.batchNormalization(),
      layers.activation({ activation: 'tanh' }),
      layers.dense({ units: 3 }),
      layers.softmax(),
    ],
    features,
    { 'conv1/kernel': [3, 3, 1, 2], 'norm1/gamma': [2], 'norm2/moving_mean': [72], 'dense1/kernel': [72, 4], 'norm3/beta': [4] },
  ],
  [
    'depthwise convolution and global pooling',
    () => [
      layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
      layers.depthwiseConv2d({ kernelSize: 3 }),
      layers.conv2d({ filters: 6, kernelSize: 1, activation: 'relu' }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 3 }),
    ],
    features,
    { 'depthwise1/depthwise_kernel': [3, 3, 2, 1], 'depthwise1/bias': [2], 'conv2/kernel': [1, 1, 2, 3], 'dense1/kernel': [3, 3] },
  ],
  [
    'dense layers only',
    () => [
      layers.dense({ inputShape: [5], units: 8, activation: 'relu' }),
      layers.dense({ units: 6, activation: 'elu' }),
      layers.dense({ units: 3 }),
    ],
    row,
    { 'dense1/kernel': [5, 4], 'dense2/kernel': [4, 3], 'dense3/kernel': [3, 3] },
  ],
];

describe.each(nets)('in %s', (_, build, data, expected) => {
  it('removes half of the units everywhere but at the end', async () => {
    const model = netOf(build, data);
    const { model: smaller } = await pruned(model, { ratio: 0.5 });
    expect(shapes(smaller)).toMatchObject(expected);
    expect(smaller.outputShape).toEqual([null, 3]);
    model.dispose();
    smaller.dispose();
  });

  it('changes no output when nothing reads the removed units', async () => {
    const model = netOf(build, data);
    await silenceFirstHalf(model);
    const before = await outputsOf(model, data.inputShape);
    const { model: smaller } = await pruned(model, { ratio: 0.5 });
    const after = await outputsOf(smaller, data.inputShape);
    expect(Math.max(...before.map((value, i) => Math.abs(value - after[i])))).toBeLessThan(1e-6);
    model.dispose();
    smaller.dispose();
  });
});

it('keeps the units with the largest weights, in their order, by l1 or l2', async () => {
  const model = netOf(() => [layers.dense({ inputShape: [2], units: 3, useBias: false }), layers.dense({ units: 3 })], {
    ...row,
    inputShape: [2],
  });
  const weights = new Map(await readWeights(model));
  // Magnitudes per unit: 3 + 0, 2 + 2, 1 + 1.
  weights.set('dense1/kernel', { shape: [2, 3], values: Float32Array.of(3, 2, 1, 0, -2, 1) });
  loadWeightsInto(model, { weights });
  for (const [importance, kernel] of [
    ['l1', [2, -2]],
    ['l2', [3, 0]],
  ] as const) {
    const { model: smaller, notes } = await pruned(model, { ratio: 2 / 3, importance });
    expect([...(await readWeights(smaller)).get('dense1/kernel')!.values]).toEqual(kernel);
    expect(notes).toEqual([{ layer: 'dense1', text: '1 of 3 units left' }]);
    smaller.dispose();
  }
  model.dispose();
});

it('rounds the number of units up, by layer', async () => {
  const model = smallConvNet();
  const { model: smaller } = await pruned(model, { ratio: { 'conv*': 0.6, dense1: 0.9 }, roundTo: 4 });
  expect(shapes(smaller)).toMatchObject({ 'conv1/bias': [4], 'conv2/bias': [8], 'dense1/bias': [4] });
  smaller.dispose();
  model.dispose();
});

it('leaves the given model as it was', async () => {
  const model = smallConvNet();
  const before = await readWeights(model);
  const { model: smaller } = await pruned(model, { ratio: 0.5 });
  smaller.dispose();
  expect(await readWeights(model)).toEqual(before);
  model.dispose();
});

describe('refuses', () => {
  const cases: [string, () => LayersModel, PruneUnitsOptions, string][] = [
    [
      'a ratio of 1',
      smallConvNet,
      { ratio: 1 },
      'pruneUnits ratio is 1 for conv1; it is the share that is removed, at least 0 and below 1.',
    ],
    ['a ratio that empties a layer', smallConvNet, { ratio: 0.95 }, 'pruneUnits ratio 0.95 would leave none of the 8 units of conv1'],
    ['the last layer', smallConvNet, { ratio: { dense2: 0.5 } }, 'pruneUnits ratio names "dense2", but the model has no such layer.'],
    ['an unknown importance', smallConvNet, { ratio: 0.5, importance: 'l3' as 'l1' }, `importance is "l3"; allowed are 'l1' and 'l2'`],
    ['half a roundTo', smallConvNet, { ratio: 0.5, roundTo: 0.5 }, 'roundTo is 0.5'],
    [
      'one layer only',
      () => netOf(() => [layers.dense({ inputShape: [5], units: 3 })], row),
      { ratio: 0.5 },
      'finds no layer but the last one',
    ],
    [
      'layers behind which it is lost',
      () =>
        netOf(() => [
          layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
          layers.permute({ dims: [2, 1, 3] }),
          layers.flatten(),
          layers.dense({ units: 3 }),
        ]),
      { ratio: 0.5 },
      'pruneUnits cannot remove units of conv1: it cannot follow them through permute1 (Permute).',
    ],
    [
      'units that softmax mixes',
      () => netOf(() => [layers.dense({ inputShape: [5], units: 4, activation: 'softmax' }), layers.dense({ units: 3 })], row),
      { ratio: 0.5 },
      'the softmax of dense1 mixes them',
    ],
    [
      'a normalization of another axis',
      () =>
        netOf(() => [
          layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
          layers.batchNormalization({ axis: 1 }),
          layers.flatten(),
          layers.dense({ units: 3 }),
        ]),
      { ratio: 0.5 },
      'norm1 normalises axis 1, not the last one',
    ],
    [
      'a functional model',
      () => {
        const inputs = input({ shape: [5] });
        return functionalModel({ inputs, outputs: layers.dense({ units: 3 }).apply(inputs) as typeof inputs });
      },
      { ratio: 0.5 },
      'pruneUnits removes units of sequential models only, and this one is functional',
    ],
  ];
  it.each(cases)('%s', async (_, build, options, message) => {
    const model = build();
    await expect(pruned(model, options)).rejects.toThrow(message);
    model.dispose();
  });

  it('nothing behind the last layer', () => {
    const model = sequential([
      layers.dense({ inputShape: [5], units: 4, name: 'a' }),
      layers.dense({ units: 4, name: 'b' }),
      layers.reshape({ targetShape: [2, 2] }),
    ]);
    expect(unitGroups(model).map(({ layer }) => layer)).toEqual(['a']);
    model.dispose();
  });
});

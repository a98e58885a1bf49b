import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { buildModel } from '../../../src/checkpoint/load-checkpoint.ts';
import { loadWeightsInto, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { dependencyGraph } from '../../../src/compression/dependency-graph.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { type PruneUnitsOptions, pruneUnits } from '../../../src/compression/prune-units.ts';
import { removeUnits } from '../../../src/compression/units/remove-units.ts';
import { unitCost } from '../../../src/compression/units/unit-cost.ts';
import { RandomStream } from '../../../src/core/random.ts';
import type { Features } from '../../../src/data/features.ts';
import { type Layer, layers } from '../../../src/layers/index.ts';
import { summarize } from '../../../src/models/summarize.ts';
import { pruned } from './pruned-units.ts';
import { data, features, netOf, outputsOf, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

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

describe.each(nets)('in %s', (_, build, its, expected) => {
  it('removes half of the units everywhere but at the end', async () => {
    const model = netOf(build, its);
    const { model: smaller } = await pruned(model, { ratio: 0.5 });
    expect(shapes(smaller)).toMatchObject(expected);
    expect(smaller.outputShape).toEqual([null, 3]);
    model.dispose();
    smaller.dispose();
  });

  it('changes no output when nothing reads the removed units', async () => {
    const model = netOf(build, its);
    await silenceFirstHalf(model);
    const before = await outputsOf(model, its.inputShape);
    const { model: smaller } = await pruned(model, { ratio: 0.5 });
    const after = await outputsOf(smaller, its.inputShape);
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

it('removes the units of a residual stream together, and of a concatenation apart', async () => {
  const model = smallBranchedNet();
  const { model: smaller, notes } = await pruned(model, { ratio: { conv3: 0.5, conv4: 0.5, conv6: 0.25 } });
  expect(shapes(smaller)).toMatchObject({
    'conv1/kernel': [3, 3, 1, 4],
    'conv2/kernel': [3, 3, 4, 8],
    'conv3/kernel': [3, 3, 8, 4],
    'norm3/gamma': [4],
    'conv4/kernel': [1, 1, 4, 3],
    'depthwise1/depthwise_kernel': [3, 3, 4, 1],
    'conv5/kernel': [1, 1, 4, 4],
    'conv6/kernel': [3, 3, 7, 9],
    'dense1/kernel': [36, 16],
  });
  expect(notes).toContainEqual({ layer: 'conv3', text: '4 of 8 units left, the same as in conv1' });
  expect(notes).toContainEqual({ layer: 'conv4', text: '3 of 6 units left' });
  smaller.dispose();
  model.dispose();
});

it('sums the importance over all layers that make a unit', async () => {
  const model = smallBranchedNet();
  const weights = new Map(await readWeights(model));
  const loud = (name: string, unit: number) => {
    const { shape, values } = weights.get(name)!;
    weights.set(name, { shape, values: values.map((value, i) => (i % 8 === unit ? value * 50 : value)) });
  };
  loud('conv1/kernel', 6);
  loud('conv3/kernel', 2);
  loadWeightsInto(model, { weights });
  const { model: smaller } = await pruned(model, { ratio: { conv1: 0.75 } });
  const before = weights.get('conv3/kernel')!.values;
  const kept = (await readWeights(smaller)).get('conv3/kernel')!.values;
  expect([...kept.slice(0, 2)]).toEqual([before[2], before[6]]);
  smaller.dispose();
  model.dispose();
});

describe('reaches a target', () => {
  const targets: [string, PruneUnitsOptions, 'multiplyAccumulates' | 'weights', number][] = [
    ['of multiply-adds, the same share of every layer', { target: { macs: 0.4 } }, 'multiplyAccumulates', 0.4],
    ['of weights', { target: { weights: 0.3 } }, 'weights', 0.3],
    ['where the layers compete', { target: { macs: 0.5 }, scope: 'global' }, 'multiplyAccumulates', 0.5],
    ['in steps of four units', { target: { macs: 0.5 }, roundTo: 4 }, 'multiplyAccumulates', 0.5],
  ];
  it.each(targets)('%s', async (_, options, key, share) => {
    const model = smallBranchedNet();
    const { model: smaller } = await pruned(model, options);
    const reached = summarize(smaller)[key] / summarize(model)[key];
    expect(reached).toBeLessThanOrEqual(share);
    expect(reached).toBeGreaterThan(0.6 * share); // one unit more of each layer is too much
    smaller.dispose();
    model.dispose();
  });

  it('and knows the cost before anything is removed', async () => {
    const model = smallBranchedNet();
    const graph = dependencyGraph(model);
    const removed = new Set(graph.groups.flatMap(({ units }) => units.slice(0, units.length / 2)));
    const { topology, weights } = removeUnits(model, await readWeights(model), graph, removed);
    const smaller = await buildModel(topology, weights);
    const { multiplyAccumulates: macs, weights: count } = summarize(smaller);
    expect(unitCost(model, graph)(removed)).toEqual({ macs, weights: count });
    smaller.dispose();
    model.dispose();
  });
});

it('lets layers compete, but leaves each what maxRatio says', async () => {
  const model = smallConvNet();
  const weights = new Map(await readWeights(model));
  // One unit of conv2 outweighs the others by far: they are the least important of all.
  const { shape, values } = weights.get('conv2/kernel')!;
  weights.set('conv2/kernel', { shape, values: values.map((value, i) => (i % 12 === 5 ? 1000 * value : value)) });
  loadWeightsInto(model, { weights });
  const unitsOf = async (maxRatio?: PruneUnitsOptions['maxRatio']) => {
    const { model: smaller } = await pruned(model, { ratio: 0.5, scope: 'global', maxRatio });
    const units = ['conv1', 'conv2', 'dense1'].map((layer) => shapes(smaller)[`${layer}/bias`]![0]);
    smaller.dispose();
    return units;
  };
  expect((await unitsOf())[1]).toBe(2); // nine tenths of 12 may go
  expect((await unitsOf({ conv2: 0.5 }))[1]).toBe(6);
  expect(await unitsOf({ conv2: 0.5, conv1: 0 })).toEqual([8, 6, 8]);
  model.dispose();
});

it('takes from those who compete what costs most: multiply-adds at the front, weights at the back', async () => {
  const model = netOf(() => [
    layers.conv2d({ inputShape: [16, 16, 1], filters: 8, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 4, activation: 'relu' }),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);
  const unitsFor = async (target: PruneUnitsOptions['target']) => {
    const { model: smaller } = await pruned(model, { target, scope: 'global', importance: 'l1' });
    const [conv, dense] = ['conv1', 'dense1'].map((layer) => shapes(smaller)[`${layer}/bias`]![0]);
    smaller.dispose();
    return { conv, dense };
  };
  const [forMacs, forWeights] = [await unitsFor({ macs: 0.5 }), await unitsFor({ weights: 0.5 })];
  expect(forMacs).toEqual({ conv: 3, dense: 4 });
  expect(forWeights).toEqual({ conv: 8, dense: 1 });
  model.dispose();
});

describe('ranks units', () => {
  const names = ['l1', 'l2', 'taylor', 'batchNormScale', 'geometricMedian', 'random'] as const;
  it.each(names)('by %s, the same way every time', async (importance) => {
    const model = smallBranchedNet();
    const before = await readWeights(model);
    const options = { ratio: { 'conv*': 0.5 }, importance, batches: 2 };
    const [first, second] = [await pruned(model, options), await pruned(model, options)];
    expect(await readWeights(second.model)).toEqual(await readWeights(first.model));
    expect(await readWeights(model)).toEqual(before);
    for (const one of [first.model, second.model, model]) one.dispose();
  });

  it('by what training data say: a unit that nothing reads goes first by taylor, one that is always 0 by apoz', async () => {
    const model = netOf(() => [
      layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 6, activation: 'relu' }),
      layers.dense({ units: 3 }),
      layers.softmax(),
    ]);
    const weights = new Map(await readWeights(model));
    // Large weights and a large negative bias: unit 1 never fires. Nothing reads unit 4 of the dense layer.
    const change = (name: string, f: (value: number, i: number) => number) => {
      const { shape, values } = weights.get(name)!;
      weights.set(name, { shape, values: values.map(f) });
    };
    change('conv1/kernel', (value, i) => (i % 4 === 1 ? 10 * value : Math.abs(value)));
    change('conv1/bias', (value, i) => (i % 4 === 1 ? -1000 : value));
    change('dense2/kernel', (value, i) => (Math.floor(i / 3) === 4 ? 0 : value));
    loadWeightsInto(model, { weights });
    const apoz = await pruned(model, { ratio: { conv1: 0.25 }, importance: 'apoz', batches: 1 });
    expect([...(await readWeights(apoz.model)).get('conv1/bias')!.values]).not.toContain(-1000);
    const taylor = await pruned(model, { ratio: { dense1: 1 / 6 }, importance: 'taylor', batches: 1 });
    const kept = (await readWeights(taylor.model)).get('dense2/kernel')!.values;
    expect([...kept].some((value) => value === 0)).toBe(false);
    for (const one of [apoz.model, taylor.model, model]) one.dispose();
  });

  it('by the geometric median: of two equal filters one goes', async () => {
    const model = netOf(() => [layers.dense({ inputShape: [2], units: 3, useBias: false }), layers.dense({ units: 3 })], {
      ...row,
      inputShape: [2],
    });
    const weights = new Map(await readWeights(model));
    weights.set('dense1/kernel', { shape: [2, 3], values: Float32Array.of(5, 5, 0, 5, 5, 1) });
    loadWeightsInto(model, { weights });
    const { model: smaller } = await pruned(model, { ratio: 1 / 3, importance: 'geometricMedian' });
    expect([...(await readWeights(smaller)).get('dense1/kernel')!.values]).toEqual([5, 0, 5, 1]);
    smaller.dispose();
    model.dispose();
  });
});

it('leaves units in their places as zeros on request, through training too', async () => {
  const model = smallBranchedNet();
  const recipe = (remove: boolean) => pipeline([pruneUnits({ ratio: 0.5, remove }), ...(remove ? [] : [fineTune({ epochs: 1 })])]);
  const run = (remove: boolean) =>
    compressModel({ model, features }, recipe(remove), { ...training, data: { train: data.validation, validation: data.validation } });
  const [zeroed, removed] = [await run(false), await run(true)];
  expect(zeroed.rows[1].weightsKept).toBe(removed.rows[1].weightsKept);
  expect(zeroed.rows[1].value).toBe(removed.rows[1].value);
  expect(zeroed.rows[2].weightsKept).toBe(removed.rows[1].weightsKept);
  expect(zeroed.rows[1].fileBytes).toBeLessThan(zeroed.rows[0].fileBytes);
  expect(zeroed.model.countParams()).toBe(model.countParams());
  for (const one of [zeroed.model, removed.model, model]) one.dispose();
});

it('saves which units it holds', async () => {
  const model = smallBranchedNet();
  const technique = pruneUnits({ ratio: 0.5, remove: false });
  const context = { model, features, random: new RandomStream(0), note: () => {} };
  const state = await technique.init!(context);
  const again = technique.loadState!(technique.saveState!(state), context);
  technique.project!(state, model, 0);
  const held = await readWeights(model);
  loadWeightsInto(model, {
    weights: new Map(Array.from(held, ([name, { shape, values }]) => [name, { shape, values: values.map(() => 1) }])),
  });
  technique.project!(again, model, 1);
  const zeros = (weights: typeof held) => Array.from(weights, ([name, { values }]) => [name, values.filter((value) => value === 0).length]);
  const ofKernels = (list: unknown[][]) => list.filter(([name]) => /kernel$/.test(String(name)));
  expect(ofKernels(zeros(await readWeights(model)))).toEqual(ofKernels(zeros(held)));
  for (const one of [state, again]) technique.dispose!(one);
  model.dispose();
});

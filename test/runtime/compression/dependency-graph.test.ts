import { memory, mul, scalar } from '@tensorflow/tfjs-core';
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { dependencyGraph } from '../../../src/compression/dependency-graph.ts';
import { defineLayer, functional, type Layer, layers, through } from '../../../src/layers/index.ts';
import { WinogradConv2D } from '../../../src/layers/winograd-conv2d.ts';
import { createModel } from '../../../src/models/create-model.ts';
import { defineModel } from '../../../src/models/define-model.ts';
import { features, netOf, smallBranchedNet } from './small-nets.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const halved = defineLayer({ name: 'Halved', defaults: {}, call: (input) => mul(input, scalar(0.5)) });

/** A model from [8, 8, 1] to three outputs; names as given. */
function netThrough(middle: (input: SymbolicTensor) => SymbolicTensor): LayersModel {
  const build = () =>
    functional([8, 8, 1], (input) => {
      const value = middle(input);
      return through(value, ...(value.shape.length > 2 ? [layers.flatten()] : []), layers.dense({ name: 'end', units: 3 }));
    });
  return createModel(defineModel({ name: 'net', defaults: {}, build }), {}, features, 0);
}
const conv = (name: string, filters: number) => layers.conv2d({ name, filters, kernelSize: 1 });

/** `layer+layer: number of units` of every group, and the reasons of what is fixed. */
function graphOf(model: LayersModel): { groups: string[]; fixed: Record<string, string> } {
  const { groups, fixed } = dependencyGraph(model);
  model.dispose();
  return { groups: groups.map((group) => `${group.layers.join('+')}: ${group.units.length}`), fixed: Object.fromEntries(fixed) };
}

/** The weights along which the units of a group lie, as `weight axis: entries`. */
function axesOf(model: LayersModel, layer: string): string[] {
  const { groups, axes } = dependencyGraph(model);
  const units = new Set(groups.find(({ layers: names }) => names.includes(layer))?.units);
  model.dispose();
  return axes
    .map(({ weight, axis, units: along }) => [`${weight} ${axis}`, along.filter((unit) => units.has(unit)).length] as const)
    .filter(([, entries]) => entries > 0)
    .map(([where, entries]) => `${where}: ${entries}`);
}

it('ties what is added, and leaves what is concatenated apart', () => {
  expect(graphOf(smallBranchedNet())).toEqual({
    groups: ['conv1+conv3: 8', 'conv2: 8', 'conv4: 6', 'conv5: 4', 'conv6: 12', 'dense1: 16'],
    fixed: { dense2: "they are the model's outputs" },
  });
});

it('knows every weight that a unit lies in, behind a concatenation and a flatten too', () => {
  expect(axesOf(smallBranchedNet(), 'conv3')).toEqual([
    'conv1/kernel 3: 8',
    'norm1/gamma 0: 8',
    'norm1/beta 0: 8',
    'norm1/moving_mean 0: 8',
    'norm1/moving_variance 0: 8',
    'conv2/kernel 2: 8',
    'conv3/kernel 3: 8',
    'norm3/gamma 0: 8',
    'norm3/beta 0: 8',
    'norm3/moving_mean 0: 8',
    'norm3/moving_variance 0: 8',
    'conv4/kernel 2: 8',
    'depthwise1/depthwise_kernel 2: 8',
    'depthwise1/bias 0: 8',
    'conv5/kernel 2: 8',
  ]);
  expect(axesOf(smallBranchedNet(), 'conv5')).toEqual(['conv5/kernel 3: 4', 'conv5/bias 0: 4', 'conv6/kernel 2: 4']);
  expect(axesOf(smallBranchedNet(), 'conv6')).toContain('dense1/kernel 0: 48');
});

it('splits a layer whose halves are added to different ones', () => {
  const model = netThrough((input) => {
    const joined = through([through(input, conv('a', 3)), through(input, conv('b', 5))], layers.concatenate());
    return through([joined, through(input, conv('c', 8))], layers.add());
  });
  expect(graphOf(model).groups).toEqual(['a+c: 3', 'b+c: 5']);
});

describe('follows units through', () => {
  const chain = (...behind: Layer[]) => netThrough((input) => through(input, conv('a', 4), ...behind));
  const cases: [string, () => LayersModel, string[]][] = [
    [
      'a depthwise convolution with several filters per channel',
      () => chain(layers.depthwiseConv2d({ name: 'd', kernelSize: 2, depthMultiplier: 3 })),
      ['a/kernel 3: 4', 'a/bias 0: 4', 'd/depthwise_kernel 2: 4', 'd/bias 0: 12', 'end/kernel 0: 588'],
    ],
    [
      'a separable convolution, which reads and makes',
      () => chain(layers.separableConv2d({ name: 's', filters: 5, kernelSize: 2, depthMultiplier: 2 })),
      ['a/kernel 3: 4', 'a/bias 0: 4', 's/depthwise_kernel 2: 4', 's/pointwise_kernel 2: 8'],
    ],
    [
      'a transposed convolution',
      () => chain(layers.conv2dTranspose({ name: 't', filters: 2, kernelSize: 2 })),
      ['a/kernel 3: 4', 'a/bias 0: 4', 't/kernel 3: 4'],
    ],
    [
      "Winograd's convolution, which is one",
      () => chain(new WinogradConv2D({ name: 'w', filters: 2, kernelSize: 3, tile: 2 }) as Layer),
      ['a/kernel 3: 4', 'a/bias 0: 4', 'w/kernel 2: 4'],
    ],
    [
      'layers of few values',
      () => chain(layers.signActivation(), layers.quantConv2d({ name: 'q', filters: 2, kernelSize: 1, kernelQuantizer: 'steSign' })),
      ['a/kernel 3: 4', 'a/bias 0: 4', 'q/kernel 2: 4'],
    ],
    [
      'prelu, padding, upsampling, pooling and dropout',
      () =>
        chain(
          layers.prelu({ name: 'p' }),
          layers.zeroPadding2d(),
          layers.upSampling2d({}),
          layers.averagePooling2d({ poolSize: 2 }),
          layers.dropout({ rate: 0.5 }),
          layers.globalMaxPooling2d({}),
        ),
      ['a/kernel 3: 4', 'a/bias 0: 4', 'p/alpha 2: 4', 'end/kernel 0: 4'],
    ],
    [
      'a reshape that keeps the channels last',
      () => chain(layers.reshape({ targetShape: [64, 4] }), layers.conv1d({ name: 'c', filters: 2, kernelSize: 3 })),
      ['a/kernel 3: 4', 'a/bias 0: 4', 'c/kernel 1: 4'],
    ],
    [
      'a reshape that flattens, and a permutation of rows and columns',
      () => chain(layers.permute({ dims: [2, 1, 3] }), layers.reshape({ targetShape: [256] })),
      ['a/kernel 3: 4', 'a/bias 0: 4', 'end/kernel 0: 256'],
    ],
    [
      'a softmax over places',
      () => chain(layers.reshape({ targetShape: [64, 4] }), layers.softmax({ axis: 1 })),
      ['a/kernel 3: 4', 'a/bias 0: 4', 'end/kernel 0: 256'],
    ],
  ];
  it.each(cases)('%s', (_, build, expected) => {
    expect(axesOf(build(), 'a')).toEqual(expected);
  });

  it('a reshape of a dense layer into channels: those of one channel are tied', () => {
    const model = netThrough((input) =>
      through(input, layers.flatten(), layers.dense({ name: 'a', units: 12 }), layers.reshape({ targetShape: [2, 2, 3] }), conv('b', 2)),
    );
    const { groups } = dependencyGraph(model);
    expect(groups.map(({ layers: names, units }) => [names, units.length])).toEqual([
      [['a'], 3],
      [['b'], 2],
    ]);
    model.dispose();
  });

  it('a product with one value per channel, as in squeeze and excitation', () => {
    const model = netThrough((input) => {
      const maps = through(input, conv('a', 4));
      const gate = through(maps, layers.globalAveragePooling2d({}), layers.dense({ name: 'g', units: 4, activation: 'sigmoid' }));
      return through([maps, through(gate, layers.reshape({ targetShape: [1, 1, 4] }))], layers.multiply());
    });
    expect(graphOf(model).groups).toEqual(['a+g: 4']);
  });

  it('a model inside the model', () => {
    const model = netThrough((input) => {
      const inner = functional([8, 8, 4], (value) => through(value, conv('inside', 5), layers.reLU()));
      return through(through(input, conv('a', 4)), inner as unknown as Layer, conv('b', 2));
    });
    expect(graphOf(model).groups).toEqual(['a: 4', 'inside: 5', 'b: 2']);
  });

  it('a layer that is called twice: its inputs are tied', () => {
    const shared = conv('shared', 4);
    const model = netThrough((input) =>
      through([through(input, conv('a', 3), shared), through(input, conv('b', 3), layers.reLU(), shared)], layers.concatenate()),
    );
    expect(graphOf(model).groups).toEqual(['a+b: 3', 'shared: 4']);
    shared.dispose(); // tfjs disposes a layer as often as it is called
  });
});

describe('keeps', () => {
  const fixedIn = (...behind: Layer[]) => graphOf(netThrough((input) => through(input, conv('a', 4), ...behind))).fixed.a;
  it('units that a layer mixes or moves, and says which', () => {
    expect(fixedIn(layers.layerNormalization({ name: 'n' }))).toBe('n normalises over all of them');
    expect(fixedIn(layers.groupNormalization({ name: 'g', groups: 2 }))).toBe('g normalises over groups of them');
    expect(fixedIn(layers.softmax({ name: 's', axis: 3 }))).toBe('the softmax of s mixes them');
    expect(fixedIn(layers.permute({ name: 'p', dims: [3, 1, 2] }))).toBe('p (Permute) moves them to another axis');
    expect(fixedIn(layers.batchNormalization({ name: 'b', axis: 1 }))).toBe('b normalises axis 1, not the last one');
  });

  it('units that go into a layer of the project, and leaves the others removable', () => {
    const model = netThrough((input) => through(input, conv('a', 4), conv('b', 5), halved({ name: 'own' }), conv('c', 2)));
    expect(graphOf(model)).toEqual({
      groups: ['a: 4', 'c: 2'],
      fixed: { b: 'it cannot follow them through own (Halved)', end: "they are the model's outputs" },
    });
  });

  it('units that are added to the inputs', () => {
    const model = netThrough((input) => through([input, through(input, conv('a', 1))], layers.add()));
    expect(graphOf(model).fixed.a).toBe("they are tied to the model's inputs");
  });

  it('all that the outputs are made of, also through a reshape', () => {
    const model = netOf(() => [
      layers.flatten({ inputShape: [8, 8, 1] }),
      layers.dense({ name: 'a', units: 4 }),
      layers.dense({ name: 'b', units: 3 }),
      layers.reshape({ targetShape: [3] }),
    ]);
    expect(graphOf(model)).toEqual({ groups: ['a: 4'], fixed: { b: "they are the model's outputs" } });
  });
});

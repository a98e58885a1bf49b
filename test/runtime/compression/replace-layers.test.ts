import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { buildModel } from '../../../src/checkpoint/load-checkpoint.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { replaceLayers } from '../../../src/compression/surgery/replace-layers.ts';
import { type LayerTopology, topologyOf } from '../../../src/compression/surgery/topology.ts';
import { outputsOf, smallBranchedNet, smallConvNet } from './small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const relu = (name: string): LayerTopology => ({ class_name: 'ReLU', config: { name, trainable: true } });
const linear = (layer: LayerTopology): LayerTopology => ({ ...layer, config: { ...layer.config, activation: 'linear' } });

/** Runs the model after `replace`, and gives back what both say. */
async function bothSay(model: LayersModel, replace: (layer: LayerTopology) => readonly LayerTopology[] | undefined) {
  const changed = await buildModel(replaceLayers(topologyOf(model), replace), await readWeights(model));
  const [before, after] = [await outputsOf(model), await outputsOf(changed)];
  const names = changed.layers.map(({ name }) => name);
  model.dispose();
  changed.dispose();
  return { before, after, names };
}

describe.each([
  ['a chain', smallConvNet],
  ['branches', smallBranchedNet],
])('replaceLayers in %s', (_, build) => {
  it('puts two layers where one was', async () => {
    const split = (layer: LayerTopology) =>
      layer.config.activation === 'relu' ? [linear(layer), relu(`${layer.config.name}_relu`)] : undefined;
    const { before, after, names } = await bothSay(build(), split);
    expect(after).toEqual(before);
    expect(names).toContain('dense1_relu');
  });

  it('puts one layer before another that keeps its name', async () => {
    const twice = (layer: LayerTopology) =>
      layer.class_name === 'MaxPooling2D' ? [relu(`before_${layer.config.name}`), layer] : undefined;
    const { before, after, names } = await bothSay(build(), twice);
    expect(after).toEqual(before); // what is pooled is never below 0
    expect(names.some((name) => name.startsWith('before_'))).toBe(true);
  });

  it('takes layers out', async () => {
    const { before, after, names } = await bothSay(build(), (layer) => (layer.class_name === 'Softmax' ? [] : undefined));
    expect(names).not.toContain('softmax');
    expect(after).not.toEqual(before);
  });

  it('leaves the given topology as it was', () => {
    const model = build();
    const topology = topologyOf(model);
    const copy = structuredClone(topology);
    replaceLayers(topology, (layer) => (layer.class_name === 'Conv2D' ? [layer, relu(`${layer.config.name}_relu`)] : undefined));
    expect(topology).toEqual(copy);
    model.dispose();
  });
});

it('keeps what a chain reads when its first layer changes', async () => {
  const model = smallConvNet();
  const before = topologyOf(model).config.layers[0];
  const [first] = replaceLayers(topologyOf(model), (layer) =>
    layer.config.name === 'conv1' ? [{ ...layer, config: { ...layer.config, batch_input_shape: undefined, name: 'other' } }] : undefined,
  ).config.layers;
  expect(before.config.batch_input_shape).toEqual([null, 8, 8, 1]);
  expect(first.config.name).toBe('other');
  model.dispose();
});

it('refuses to take out a layer that joins branches', () => {
  const model = smallBranchedNet();
  const topology = topologyOf(model);
  model.dispose();
  expect(() => replaceLayers(topology, (layer) => (layer.class_name === 'Add' ? [] : undefined))).toThrow(
    'The layer add1 cannot be taken out: it reads 2 layers.',
  );
});

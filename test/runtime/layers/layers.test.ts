import '@tensorflow/tfjs-backend-cpu';
import { memory, ones, setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { models } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  Dropout,
  layers,
  registerLayers,
  sequential,
  setDropoutStep,
  stableWeightNames,
  trainableVariables,
  withLayerNames,
} from '../../../src/layers/index.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

const denseModel = () =>
  sequential([layers.dense({ inputShape: [2], units: 3 }), layers.dropout({ rate: 0.5 }), layers.dense({ units: 1 })]);

describe('layer names', () => {
  test('are counted from 1 in every model', () => {
    for (let i = 0; i < 2; i++) {
      const model = withLayerNames(denseModel);
      expect(model.layers.map((layer) => layer.name)).toEqual(['dense1', 'dropout1', 'dense2']);
      model.dispose();
    }
  });

  test('can be chosen', () => {
    const model = withLayerNames(() => sequential([layers.dense({ name: 'only', inputShape: [2], units: 3 })]));
    expect(model.layers[0].name).toBe('only');
    model.dispose();
  });
});

describe('weight names', () => {
  test('are the same in every model of the process', () => {
    const all = [1, 2].map(() => withLayerNames(denseModel));
    for (const model of all) {
      stableWeightNames(model);
      expect(trainableVariables(model).map((weight) => weight.name)).toEqual([
        'dense1/kernel',
        'dense1/bias',
        'dense2/kernel',
        'dense2/bias',
      ]);
    }
    for (const model of all) model.dispose();
  });

  test('of two layers with one name are refused', () => {
    const model = sequential([
      layers.dense({ name: 'a', inputShape: [2], units: 3 }),
      layers.activation({ name: 'b', activation: 'relu' }),
    ]);
    model.add(layers.dense({ name: 'a', units: 1 }));
    expect(() => stableWeightNames(model)).toThrow('Two weights of model');
    model.dispose();
  });
});

describe('dropout', () => {
  const rows = 1000;

  function forward(layer: Dropout, training = true): number[] {
    return tidy(() => Array.from((layer.apply(ones([rows, 4]), { training }) as Tensor).dataSync()));
  }

  test('drops the share it is told and keeps the sum', () => {
    const before = memory().numTensors;
    const values = forward(new Dropout({ name: 'drop', rate: 0.25 }));
    const dropped = values.filter((value) => value === 0).length / values.length;
    expect(Math.abs(dropped - 0.25)).toBeLessThan(0.03);
    expect(values.filter((value) => value !== 0).every((value) => value === Math.fround(1 / 0.75))).toBe(true);
    expect(memory().numTensors).toBe(before);
  });

  test('does nothing when the model is not training', () => {
    expect(forward(new Dropout({ name: 'drop', rate: 0.9 }), false).every((value) => value === 1)).toBe(true);
  });

  test('draws another mask at each step, with each seed and in each layer, and the same when repeated', () => {
    const mask = (name: string, seed: number, step: number) => {
      const layer = new Dropout({ name, rate: 0.5 });
      layer.setStep(seed, step);
      return forward(layer).join();
    };
    const first = mask('drop', 0, 0);
    expect(mask('drop', 0, 0)).toBe(first);
    for (const other of [mask('drop', 0, 1), mask('drop', 1, 0), mask('drop2', 0, 0)]) expect(other).not.toBe(first);
  });

  test('is reached in models inside a model', () => {
    const inner = sequential([layers.dropout({ name: 'inner', inputShape: [4], rate: 0.5 })]);
    const outer = sequential([layers.dropout({ name: 'outer', inputShape: [4], rate: 0.5 }), inner]);
    setDropoutStep(outer, 3, 8);
    const layer = inner.layers[0] as Dropout;
    const masks = [forward(layer).join()];
    setDropoutStep(outer, 3, 8);
    masks.push(forward(layer).join());
    expect(masks[0]).toBe(masks[1]);
    outer.dispose();
  });

  test('is saved as Keras saves it and read back as ours', async () => {
    registerLayers();
    const before = memory().numTensors;
    const model = withLayerNames(denseModel);
    const topology = JSON.parse(model.toJSON(undefined, true) as unknown as string);
    const saved = topology.config.layers[1];
    expect(saved).toMatchObject({ class_name: 'Dropout', config: { name: 'dropout1', rate: 0.5 } });
    const copy = await models.modelFromJSON(topology);
    expect(copy.layers[1]).toBeInstanceOf(Dropout);
    expect((copy.layers[1] as Dropout).rate).toBe(0.5);
    for (const one of [model, copy]) one.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('refuses a rate that leaves nothing', () => {
    expect(() => layers.dropout({ name: 'drop', rate: 1 })).toThrow(
      'The dropout rate of layer drop is 1; it must be at least 0 and below 1.',
    );
  });
});

describe('sequential', () => {
  test('names a layer that is too large for the memory', () => {
    const build = () => sequential([layers.dense({ name: 'huge', units: 1e8, inputShape: [800] })]);
    expect(build).toThrow('Layer huge has more weights than the memory can hold.');
  });

  test('says which layer cannot take what the one before gives, and frees what was built', () => {
    const before = memory().numTensors;
    const build = () =>
      sequential([
        layers.conv2d({ name: 'conv1', inputShape: [8, 8, 1], filters: 2, kernelSize: 3 }),
        layers.dense({ name: 'out', units: 2 }),
      ]);
    build().dispose();
    expect(() =>
      sequential([layers.dense({ name: 'in', inputShape: [4], units: 3 }), layers.conv2d({ name: 'conv1', filters: 2, kernelSize: 3 })]),
    ).toThrow('Layer conv1 cannot take inputs of shape [3]. It needs images: [height, width, channels].');
    expect(() =>
      sequential([
        layers.conv2d({ name: 'conv1', inputShape: [6, 6, 1], filters: 2, kernelSize: 5 }),
        layers.maxPooling2d({ name: 'pool1', poolSize: 2 }),
        layers.conv2d({ name: 'conv2', filters: 2, kernelSize: 5 }),
      ]),
    ).toThrow('Layer conv2 cannot take inputs of shape [1, 1, 2]. They are too small for it.');
    expect(memory().numTensors).toBe(before);
  });
});

import { memory, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { cropInput } from '../../../src/compression/crop-input.ts';
import { chooseCrop, keptValues } from '../../../src/compression/cropping/choose-crop.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../src/compression/prune-units.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import { functional, layers, through } from '../../../src/layers/index.ts';
import { createModel } from '../../../src/models/create-model.ts';
import { defineModel } from '../../../src/models/define-model.ts';
import { bars, data, features, smallConvNet, smallDenseNet, training } from './small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** Bars in a frame of one grey: two rows above, one column to the right. */
function framed(): Dataset {
  const inner = bars(64, 0);
  return {
    ...inner,
    async get(indices) {
      const batch = await inner.get(indices);
      batch.inputs.forEach((_, i) => {
        if ((i & 63) < 16 || (i & 7) === 7) batch.inputs[i] = 0.3;
      });
      return batch;
    },
  };
}

/** The same layers, as a graph. */
const denseGraph = () =>
  createModel(
    defineModel({
      name: 'graph',
      defaults: {},
      build: () =>
        functional([8, 8, 1], (input) =>
          through(input, layers.flatten(), layers.dense({ units: 5 }), layers.dense({ units: 3 }), layers.softmax()),
        ),
    }),
    {},
    features,
    0,
  );

describe('cropInput', () => {
  it.each([
    ['a chain', smallDenseNet],
    ['a graph', denseGraph],
  ])('cuts off what never changes, and %s says the same', async (_, build) => {
    const train = new DataLoader(framed(), { batchSize: 32 });
    const model = build();
    const { model: cropped } = await compressModel({ model, features }, cropInput({ keep: 0.9999 }), {
      ...training,
      data: { train, validation: train },
    });
    expect(cropped.getLayer('crop').getConfig()).toMatchObject({
      cropping: [
        [2, 0],
        [0, 1],
      ],
    });
    expect(cropped.inputs[0].shape).toEqual([null, 8, 8, 1]);
    expect(cropped.getLayer('dense1').weights[0].shape[0]).toBe(6 * 7);
    const { inputs } = await train.read([0, 1, 2]);
    const outputs = (net: LayersModel) => tidy(() => (net.predict(tensor(inputs, [3, 8, 8, 1])) as Tensor).dataSync());
    const before = outputs(model);
    outputs(cropped).forEach((value, i) => void expect(value).toBeCloseTo(before[i], 5));
    model.dispose();
    cropped.dispose();
  });

  it('leaves units to be removed behind it', async () => {
    const model = smallDenseNet();
    const recipe = pipeline([cropInput({ keep: 0.8 }), pruneUnits({ ratio: 0.5 })]);
    const result = await compressModel({ model, features }, recipe, { ...training, data });
    expect(result.model.getLayer('dense1').weights[0].shape[1]).toBe(12);
    model.dispose();
    result.model.dispose();
  });

  it('refuses a net whose first layer is a convolution', async () => {
    const model = smallConvNet();
    await expect(compressModel({ model, features }, cropInput(), { ...training, data })).rejects.toThrow('flatten, then dense');
    model.dispose();
  });
});

describe('chooseCrop', () => {
  const picture = [0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0.1]; // 3 x 4

  it('keeps the smallest frame that holds the share', () => {
    expect(chooseCrop(picture, [3, 4], 0.999)).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(chooseCrop(picture, [3, 4], 0.95)).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('leaves a pixel whatever is asked', () => {
    expect(chooseCrop([0, 0, 0, 0], [2, 2], 0.5)).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  it('names the values that stay, channel by channel', () => {
    expect(
      keptValues(
        [
          [1, 0],
          [0, 1],
        ],
        [2, 2, 3],
      ),
    ).toEqual([6, 7, 8]);
  });
});

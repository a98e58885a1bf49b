import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { loadLayersModel } from '../../../src/compression/load-layers-model.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { winograd } from '../../../src/compression/winograd.ts';
import { layers } from '../../../src/layers/index.ts';
import { data, features, netOf, outputsOf, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const oddNet = () =>
  netOf(() => [
    layers.conv2d({ inputShape: [8, 8, 1], filters: 5, kernelSize: 5, activation: 'relu' }),
    layers.conv2d({ filters: 7, kernelSize: 2, padding: 'same', useBias: false }),
    layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'tanh' }),
    layers.flatten(),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);

describe.each([
  ['a chain', smallConvNet],
  ['branches', smallBranchedNet],
  ['other kernels and edges', oddNet],
])('winograd in %s', (_, build) => {
  it.each([
    [2, 2e-6],
    [4, 2e-5],
    [6, 2e-4],
  ] as const)('with tiles of %i gives the outputs it gave, but for rounding', async (tile, limit) => {
    const model = build();
    const result = await compressModel({ model, features }, winograd({ tile }), { ...training, data: { train: data.validation } });
    const [before, after] = [await outputsOf(model), await outputsOf(result.model)];
    expect(Math.max(...before.map((value, i) => Math.abs(value - after[i])))).toBeLessThan(limit);
    expect(result.model.layers.some((layer) => layer.getClassName() === 'WinogradConv2D')).toBe(true);
    model.dispose();
    result.model.dispose();
  });
});

it('trains on, and lies in the file as a plain convolution', async () => {
  const model = smallConvNet();
  const folderless = { ...training, data };
  const result = await compressModel({ model, features }, pipeline([winograd({ tile: 4 }), fineTune({ epochs: 4 })]), folderless);
  expect(result.rows.at(-1)!.value).toBeGreaterThan(0.9);
  const bytes = await packModel(result.model, { features, encode: (file) => winograd().encode!(undefined, file) });
  const loaded = await loadLayersModel(bytes);
  expect(loaded.model.layers.map((layer) => layer.getClassName())).toEqual(model.layers.map((layer) => layer.getClassName()));
  for (const one of [model, result.model, loaded.model]) one.dispose();
});

it('refuses a model without such a convolution, and a named one that does not fit', async () => {
  const strided = netOf(() => [
    layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, strides: 2 }),
    layers.flatten(),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);
  const run = (options: object) =>
    compressModel({ model: strided, features }, winograd(options), { ...training, data: { train: data.validation } });
  await expect(run({})).rejects.toThrow('winograd finds no convolution with a square kernel above 1x1 and stride 1');
  await expect(run({ layers: 'conv1' })).rejects.toThrow('winograd cannot compute conv1');
  strided.dispose();
});

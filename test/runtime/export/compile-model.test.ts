import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { loadCompiled } from '../../../src/compiled/load-compiled.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import type { Features } from '../../../src/data/features.ts';
import { compileModel } from '../../../src/export/wasm/compile-model.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { layers } from '../../../src/layers/index.ts';
import { netOf, smallBranchedNet, smallConvNet } from '../compression/small-nets.ts';
import { flowers } from '../inference/sample-features.ts';
import { causalConvolution } from './changed-nets.ts';
import { shaken, wrappedNets } from './nets.ts';

const features: Features = {
  task: 'classification',
  inputShape: [8, 8, 1],
  outputs: 3,
  outputNames: ['a', 'b', 'c'],
  preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
};

beforeAll(async () => void (await useBackend()));

const samples = [0, 1, 2].map((seed) => Array.from({ length: 64 }, (_, pixel) => ((seed + 1) * 31 * pixel) % 256));

it.each([
  { name: 'a chain', build: smallConvNet },
  { name: 'branches', build: smallBranchedNet },
  {
    name: 'layers that move values, and signs',
    build: () =>
      netOf(() => [
        layers.zeroPadding2d({ inputShape: [8, 8, 1] }),
        layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same' }),
        layers.upSampling2d({ size: [2, 2] }),
        layers.cropping2D({ cropping: 3 }),
        layers.signActivation({ inputScale: true }),
        layers.depthwiseConv2d({ kernelSize: 3, strides: 2 }),
        layers.activation({ activation: 'softplus' }),
        layers.layerNormalization({}),
        layers.permute({ dims: [3, 1, 2] }),
        layers.flatten(),
        layers.dense({ units: 3, activation: 'softmax' }),
      ]),
  },
  {
    name: 'a sequence',
    build: () =>
      netOf(() => [
        layers.reshape({ inputShape: [8, 8, 1], targetShape: [16, 4] }),
        layers.conv1d({ filters: 5, kernelSize: 3 }),
        tfLayers.lstm({ units: 6, kernelInitializer: 'glorotNormal', recurrentInitializer: 'glorotNormal', name: 'lstm' }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ]),
  },
])('makes WebAssembly of $name that predicts as the engine does, to the bit', async ({ build }) => {
  const net = build();
  const file = await packModel(net, { features, metrics: { val_accuracy: 0.5 } });
  net.dispose();
  const compiled = await loadCompiled(await compileModel(file));
  const engine = await loadModel(file, { autotune: true });
  expect(compiled.metrics).toEqual({ val_accuracy: 0.5 });
  expect(await compiled.predict(samples)).toEqual(samples.map((sample) => engine.predictSync([sample])[0]));
  const input = Float32Array.from({ length: 64 }, (_, i) => i / 64);
  expect(compiled.compute(input)).toEqual(engine.compute(input));
  await expect(compiled.predict([[1, 2]])).rejects.toThrow(/64/);
  expect(() => compiled.compute(new Float32Array(3))).toThrow('A sample has 64 values [8,8,1]; this one has 3.');
});

it.each(wrappedNets)('makes WebAssembly of $name that computes as the engine does, to the bit', async ({ build, features: own }) => {
  const net = await shaken(build());
  const file = await packModel(net, { features: own });
  net.dispose();
  const [compiled, engine] = [await loadCompiled(await compileModel(file)), await loadModel(file, { autotune: true })];
  const input = Float32Array.from({ length: own.inputShape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i));
  expect(compiled.compute(input)).toEqual(engine.compute(input));
});

it.each([
  [1, 2],
  [2, 1],
])('makes WebAssembly of a causal convolution with strides %i and dilation %i', async (strides, dilation) => {
  const { features: own, bytes } = await causalConvolution(strides, dilation);
  const [compiled, engine] = [await loadCompiled(await compileModel(bytes)), await loadModel(bytes, { autotune: true })];
  const input = Float32Array.from({ length: own.inputShape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i));
  expect(compiled.compute(input)).toEqual(engine.compute(input));
});

it('keeps nothing of a table row for the next one', async () => {
  const net = await shaken(netOf(() => [layers.dense({ inputShape: [4], units: 2, activation: 'softmax' })], flowers));
  const file = await packModel(net, { features: flowers });
  net.dispose();
  const [compiled, engine] = [await loadCompiled(await compileModel(file)), await loadModel(file)];
  const rows = [[12, 'red'], [9, 'white'], [undefined, undefined], [10, 'red']]; // biome-ignore format: one line
  expect(compiled.predictSync(rows)).toEqual(rows.map((row) => engine.predictSync([row])[0]));
  expect(() =>
    compiled.predictSync([
      [11, 'red'],
      ['tall', 'white'],
    ]),
  ).toThrow('height of sample 1 is "tall"');
  expect(compiled.predictSync([[9, 'white']])).toEqual(engine.predictSync([[9, 'white']]));
});

it('refuses files that are no compiled models', async () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  await expect(loadCompiled(empty)).rejects.toThrow('Not a compiled model: npx dl-project compile did not make it.');
  await expect(loadCompiled(Uint8Array.of(1, 2, 3))).rejects.toThrow('Not a compiled model: this JavaScript engine does not compile it');
});

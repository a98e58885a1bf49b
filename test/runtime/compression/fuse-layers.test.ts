import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { fuseLayers } from '../../../src/compression/fuse-layers.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../src/compression/prune-units.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { hasFusibleActivation } from '../../../src/compression/surgery/with-fused-activations.ts';
import { layers } from '../../../src/layers/index.ts';
import { data, features, netOf, outputsOf, smallBranchedNet, training } from './small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

it('takes out every normalization and activation behind a training, and the model says the same', async () => {
  const model = smallBranchedNet();
  const steps = [pruneUnits({ ratio: 0.5 }), fineTune({ epochs: 2 })];
  const results = [];
  for (const recipe of [pipeline(steps), pipeline([...steps, fuseLayers()])]) {
    results.push((await compressModel({ model, features }, recipe, { ...training, data })).model);
  }
  const [trained, folded] = results;
  const kinds = folded.layers.map((layer) => layer.getClassName());
  const [before, after] = [await outputsOf(trained), await outputsOf(folded)];
  for (const one of [model, ...results]) one.dispose();
  for (const kind of ['BatchNormalization', 'Softmax']) expect(kinds).not.toContain(kind);
  expect(Math.max(...after.map((value, i) => Math.abs(value - before[i])))).toBeLessThan(1e-5);
});

it('refuses a model with nothing to fold, and to stand behind what holds weights, before any work', async () => {
  const ownActivation = () => [layers.flatten({ inputShape: [8, 8, 1] }), layers.dense({ units: 3, activation: 'softmax' })];
  const [plain, normalized] = [netOf(ownActivation), smallBranchedNet()];
  const compress = (model: typeof plain, recipe: ReturnType<typeof pipeline>) =>
    compressModel({ model, features }, recipe, { ...training, data });
  await expect(compress(plain, fuseLayers())).rejects.toThrow('fuseLayers finds no BatchNormalization and no activation');
  await expect(compress(normalized, pipeline([pruneWeights({ keep: 0.5 }), fuseLayers()]))).rejects.toThrow('put fuseLayers first');
  for (const one of [plain, normalized]) one.dispose();
});

it('leaves an activation that is not the layer before it alone, or that no layer has', async () => {
  const model = netOf(() => [
    layers.reshape({ inputShape: [8, 8, 1], targetShape: [8, 8] }),
    layers.dense({ units: 4, name: 'dense1' }),
    layers.leakyReLU({ name: 'leaky' }),
    layers.dense({ units: 4, activation: 'tanh', name: 'dense3' }),
    layers.reLU({ name: 'second' }),
    layers.flatten(),
    layers.dense({ units: 4, name: 'dense4' }),
    layers.reLU({ maxValue: 6, name: 'six' }),
    layers.dense({ units: 3, name: 'dense5' }),
    layers.softmax({ name: 'classes' }),
  ]);
  const { model: fused } = await compressModel({ model, features }, fuseLayers(), { ...training, data });
  const names = fused.layers.map(({ name }) => name);
  const activations = fused.layers.map((layer) => layer.getConfig().activation);
  const [before, after] = [await outputsOf(model), await outputsOf(fused)];
  for (const one of [model, fused]) one.dispose();
  expect(names.filter((name) => !name.startsWith('dense'))).toEqual(expect.arrayContaining(['leaky', 'second']));
  expect(names).not.toContain('six');
  expect(names.at(-1)).toBe('dense5');
  expect(activations.slice(-2)).toEqual(['relu6', 'softmax']);
  expect(Math.max(...after.map((value, i) => Math.abs(value - before[i])))).toBeLessThan(1e-6);
});

it('leaves a ReLU with a slope or a threshold of its own alone', () => {
  const relu = (config: object) => ({
    class_name: 'Sequential',
    config: {
      name: 'net',
      layers: [
        { class_name: 'Dense', config: { name: 'dense1', units: 3, activation: 'linear', batch_input_shape: [null, 4] } },
        { class_name: 'ReLU', config: { name: 'relu1', ...config } },
      ],
    },
  });
  expect(hasFusibleActivation(relu({ negative_slope: 0, threshold: 0, max_value: null }))).toBe(true);
  for (const config of [{ negative_slope: 0.1 }, { threshold: 0.2 }, { max_value: 4 }])
    expect(hasFusibleActivation(relu(config))).toBe(false);
});

import { type LayersModel, layers as tfLayers } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { layers, sequential } from '../../../src/layers/index.ts';
import { createModel, defineModel } from '../../../src/models/index.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { data, features, training } from '../compression/small-nets.ts';
import { largestDifference, randomInputs, tfjsOutputs } from '../export/nets.ts';

/** Named inside, or left to tfjs, which counts over the whole process. */
const wrapped = (name?: string) =>
  defineModel({
    name: 'wrapped',
    defaults: {},
    build: ({ inputShape, outputs }) =>
      sequential([
        layers.reshape({ inputShape, targetShape: [8, 8] }),
        tfLayers.timeDistributed({ layer: tfLayers.dense({ units: 5, activation: 'relu', name }), name: 'moments' }),
        tfLayers.bidirectional({
          layer: tfLayers.lstm({ units: 4, unitForgetBias: true, name: name && `${name}-lstm` }) as Parameters<
            typeof tfLayers.bidirectional
          >[0]['layer'],
          mergeMode: 'concat',
          name: 'both',
        }),
        layers.dense({ units: outputs, activation: 'softmax' }),
      ]),
  });

async function valuesOf(model: LayersModel): Promise<Float32Array[]> {
  return [...(await readWeights(model)).values()].map(({ values }) => values);
}

beforeAll(async () => void (await useBackend()));

test('what a wrapper holds is drawn from the seed, whatever it is called inside, each direction for itself', async () => {
  const models = [
    createModel(wrapped(), {}, features, 3),
    createModel(wrapped('inner'), {}, features, 3),
    createModel(wrapped(), {}, features, 4),
  ];
  const [first, named, other] = await Promise.all(models.map(valuesOf));
  expect(named).toEqual(first);
  expect(other).not.toEqual(first);
  const [kernel, , forward, recurrent, bias, backward] = first;
  const limit = (2 * Math.sqrt(2 / (8 + 5))) / 0.8796; // glorotNormal, cut off at two deviations
  expect(kernel).toHaveLength(40);
  expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(limit);
  expect(Math.max(...kernel)).toBeGreaterThan(0);
  expect(forward).not.toEqual(backward);
  expect(Math.max(...recurrent)).toBeGreaterThan(0);
  expect([...bias]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]); // the forget gate is open
  for (const model of models) model.dispose();
});

test('a model of wrapped layers learns, and the engine runs it', async () => {
  const model = createModel(wrapped(), {}, features, 0);
  const logs = await new Trainer(model, { ...training, optimizer: { name: 'adam', learningRate: 0.01 }, epochs: 10 }).fit(
    data.train,
    data.validation,
  );
  expect(logs.val_accuracy).toBeGreaterThan(0.8);
  const engine = await loadModel(await packModel(model, { features }));
  const few = randomInputs(features, 8);
  expect(largestDifference(engine.compute(few), await tfjsOutputs(model, features, few))).toBeLessThan(1e-5);
  model.dispose();
});

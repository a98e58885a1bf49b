import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../src/compression/prune-units.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { slim } from '../../../src/compression/slim.ts';
import type { Technique } from '../../../src/compression/technique.ts';
import { data, features, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

async function run<Result>(recipe: Technique, look: (model: LayersModel) => Promise<Result>, model = smallBranchedNet()): Promise<Result> {
  const { test: _, ...loaders } = data;
  try {
    const result = await compressModel({ model, features }, recipe, { ...training, data: loaders });
    const seen = await look(result.model);
    result.model.dispose();
    return seen;
  } finally {
    model.dispose();
  }
}

const sumOfScales = async (model: LayersModel) =>
  Array.from(await readWeights(model))
    .filter(([name]) => name.endsWith('/gamma'))
    .reduce((sum, [, { values }]) => values.reduce((total, scale) => total + Math.abs(scale), sum), 0);

it('shrinks the scales of BatchNorm, the more the stronger', async () => {
  const [none, some, much] = [
    await run(fineTune({ epochs: 2 }), sumOfScales),
    await run(slim({ epochs: 2, strength: 1e-3 }), sumOfScales),
    await run(slim({ epochs: 2, strength: 1e-1 }), sumOfScales),
  ];
  expect(some).toBeLessThan(none);
  expect(much).toBeLessThan(some);
});

it('ends with its step: what is trained behind it is trained without the penalty', async () => {
  const slimmed = await run(slim({ epochs: 2, strength: 1e-1 }), sumOfScales);
  const tuned = await run(pipeline([slim({ epochs: 2, strength: 1e-1 }), fineTune({ epochs: 2, learningRate: 1e-5 })]), sumOfScales);
  expect(Math.abs(tuned - slimmed)).toBeLessThan(0.02 * slimmed);
});

it('says which units can go, from all layers together', async () => {
  const recipe = pipeline([
    slim({ epochs: 2, strength: 3e-2 }),
    pruneUnits({ importance: 'batchNormScale', scope: 'global', ratio: 0.3 }),
    fineTune({ epochs: 1 }),
  ]);
  const units = await run(recipe, async (model) => {
    const weights = await readWeights(model);
    return ['conv1', 'conv3', 'conv6', 'dense1'].map((layer) => weights.get(`${layer}/kernel`)!.shape.at(-1)!);
  });
  const [stream, residual, last, dense] = units;
  expect(residual).toBe(stream);
  expect(stream + last).toBe(14); // six of the twenty units with BatchNorm are gone
  expect(dense).toBe(16);
});

it('holds what the steps before it hold', async () => {
  const zeros = await run(pipeline([pruneWeights({ keep: 0.5 }), slim({ epochs: 1 })]), async (model) =>
    (await readWeights(model)).get('conv2/kernel')!.values.reduce((count, value) => count + (value === 0 ? 1 : 0), 0),
  );
  expect(zeros).toBe(288);
});

describe('refuses', () => {
  const cases: [string, Technique, () => LayersModel, string][] = [
    ['a model without BatchNorm', slim({ epochs: 1 }), smallConvNet, 'slim finds no BatchNorm whose scales are trained.'],
    ['a strength of 0', slim({ epochs: 1, strength: 0 }), smallBranchedNet, 'slim strength is 0; it must be a number above 0: 1e-4.'],
    ['half an epoch', slim({ epochs: 0.5 }), smallBranchedNet, 'slim epochs is 0.5; it must be a whole number, at least 1.'],
  ];
  it.each(cases)('%s', async (_, recipe, build, message) => {
    await expect(run(recipe, async () => {}, build())).rejects.toThrow(message);
  });
});

import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { type NamedWeights, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { shareWeights } from '../../../src/compression/share-weights.ts';
import type { Technique } from '../../../src/compression/technique.ts';
import { polynomialDecay } from '../../../src/compression/weight-pruning/sparsity-schedule.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { data, features, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let model: LayersModel;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  model = smallConvNet();
  await new Trainer(model, { ...training, epochs: 6 }).fit(data.train, data.validation);
}, 60_000);
afterAll(() => model.dispose());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** Runs a recipe and frees the model it makes. */
async function compressed(recipe: Technique, { of = model, ...more }: { of?: LayersModel; optimizer?: object } = {}) {
  const result = await compressModel({ model: of, features }, recipe, { ...training, data, ...more } as never);
  const weights = await readWeights(result.model);
  result.model.dispose();
  return { ...result, weights };
}

const valuesIn = (weights: NamedWeights, name: string) => new Set(weights.get(name)!.values);
const zeros = (weights: NamedWeights, name: string) => weights.get(name)!.values.filter((value) => value === 0).length;

describe('shareWeights', () => {
  it('leaves each layer its number of values, and biases as they are', async () => {
    const before = await readWeights(model);
    const { weights, notes, rows } = await compressed(shareWeights({ bits: { conv1: 3, 'dense*': 4 } }));
    expect(['conv1', 'dense1', 'dense2'].map((layer) => valuesIn(weights, `${layer}/kernel`).size)).toEqual([8, 16, 16]);
    for (const name of ['conv2/kernel', 'conv1/bias', 'dense1/bias']) expect(weights.get(name)).toEqual(before.get(name));
    expect(notes).toContainEqual({ step: 'share weights', layer: 'conv1', text: '8 values for 72 weights' });
    expect(rows[1].value).toBeGreaterThan(rows[0].value - 0.1);
  });

  it('moves each weight to the mean of those that share it', async () => {
    const before = (await readWeights(model)).get('dense1/kernel')!.values;
    const after = (await compressed(shareWeights({ numberOfClusters: 5 }))).weights.get('dense1/kernel')!.values;
    for (const shared of new Set(after)) {
      const members = before.filter((_, i) => after[i] === shared);
      expect(members.reduce((sum, value) => sum + value, 0) / members.length).toBeCloseTo(shared, 6);
    }
  });

  it('gives each channel values of its own where asked', async () => {
    const { weights } = await compressed(shareWeights({ numberOfClusters: 4, clusterPerChannel: true }));
    const { shape, values } = weights.get('conv2/kernel')!;
    for (let channel = 0; channel < shape[3]; channel++) {
      expect(new Set(values.filter((_, i) => i % shape[3] === channel)).size).toBe(4);
    }
  });

  it.each(['mean', 'sum'] as const)('trains the shared values with the %s of their gradients, and keeps them shared', async (by) => {
    const recipe = (...more: Technique[]) =>
      pipeline([pruneWeights({ keep: 0.3 }), shareWeights({ bits: 3, clusterGradientAggregation: by }), ...more]);
    const tied = (await compressed(recipe())).weights;
    const { rows, weights } = await compressed(recipe(fineTune({ epochs: 4, learningRate: 1e-3 })));
    for (const name of ['conv1/kernel', 'conv2/kernel', 'dense1/kernel', 'dense2/kernel']) {
      const [before, after] = [tied.get(name)!.values, weights.get(name)!.values];
      const pairs = new Set(Array.from(before, (value, i) => `${value} -> ${after[i]}`));
      expect([name, pairs.size]).toEqual([name, valuesIn(tied, name).size]);
      expect(zeros(weights, name)).toBe(zeros(tied, name));
      expect(after).not.toEqual(before);
    }
    expect(rows[3].value).toBeGreaterThan(rows[2].value);
  });

  it('is as stable under plain gradient descent as training without it', async () => {
    const recipe = pipeline([shareWeights({ bits: 3 }), fineTune({ epochs: 3 })]);
    const { rows } = await compressed(recipe, { optimizer: { name: 'sgd', learningRate: 0.05 } });
    expect(rows[2].value).toBeGreaterThan(0.9);
  });

  it('keeps zeros beside the shared values, and shares them too where asked', async () => {
    const pruned = await compressModel({ model, features }, pruneWeights({ keep: 0.25 }), { ...training, data });
    const kept = (await compressed(shareWeights({ numberOfClusters: 4 }), { of: pruned.model })).weights;
    expect(zeros(kept, 'dense1/kernel')).toBe(1152 - 288);
    expect(valuesIn(kept, 'dense1/kernel').size).toBe(5);
    const moved = (await compressed(shareWeights({ numberOfClusters: 4, preserveSparsity: false }), { of: pruned.model })).weights;
    expect(valuesIn(moved, 'dense1/kernel').size).toBe(4);
    pruned.model.dispose();
  });

  it('lets a pruning schedule go on', async () => {
    const schedule = polynomialDecay({ endStep: 20, frequency: 4 });
    const { weights } = await compressed(
      pipeline([pruneWeights({ keep: 0.2, schedule }), shareWeights({ bits: 4 }), fineTune({ epochs: 2 })]),
    );
    expect(zeros(weights, 'dense1/kernel')).toBe(1152 - 230);
    expect(valuesIn(weights, 'dense1/kernel').size).toBeLessThanOrEqual(17);
  });

  it('leaves a layer as it is that has fewer weights than values', async () => {
    const { weights } = await compressed(shareWeights({ numberOfClusters: 100 }));
    expect(weights.get('conv1/kernel')).toEqual((await readWeights(model)).get('conv1/kernel'));
    expect(valuesIn(weights, 'conv2/kernel').size).toBe(100);
  });

  it('shares the kernels of a net with branches', async () => {
    const branched = smallBranchedNet();
    const before = await readWeights(branched);
    const recipe = pipeline([shareWeights({ bits: 2 }), fineTune({ epochs: 1 })]);
    const { weights } = await compressed(recipe, { of: branched });
    for (const name of weights.keys()) {
      if (name.endsWith('/kernel')) expect([name, valuesIn(weights, name).size]).toEqual([name, 4]);
    }
    expect(valuesIn(weights, 'depthwise1/depthwise_kernel').size).toBe(valuesIn(before, 'depthwise1/depthwise_kernel').size);
    branched.dispose();
  });

  it('goes on from its saved state', async () => {
    const technique = shareWeights({ bits: 2 });
    const context = { model, features, random: new RandomStream(0), note: () => {} };
    const state = await technique.init!(context);
    const saved = technique.saveState!(state);
    expect(technique.loadState!(saved, context)).toEqual(state);
  });

  it.each<[string, Technique, string]>([
    ['neither bits nor a number', shareWeights({}), 'shareWeights takes bits or numberOfClusters, and got neither'],
    ['both', shareWeights({ bits: 5, numberOfClusters: 32 }), 'and got both: shareWeights({ bits: 5 }) gives each layer 32 values.'],
    ['0 clusters', shareWeights({ numberOfClusters: 0 }), 'numberOfClusters is 0 for conv1; it must be a whole number from 1 to 256.'],
    [
      '300 clusters',
      shareWeights({ numberOfClusters: 300 }),
      'numberOfClusters is 300 for conv1; it must be a whole number from 1 to 256.',
    ],
    ['more than 8 bits', shareWeights({ bits: { 'dense*': 9 } }), 'bits is 9 for dense1; it must be a whole number from 1 to 8.'],
    [
      'more values than a named layer has weights',
      shareWeights({ bits: { conv1: 8 } }),
      'gives conv1 256 values, but it has only 72 weights: give it fewer, or leave it out.',
    ],
    ['an unknown layer', shareWeights({ bits: { dense9: 5 } }), 'Did you mean dense1?'],
    [
      'an unknown start',
      shareWeights({ bits: 5, clusterCentroidsInit: 'zero' as 'linear' }),
      'allowed are linear, kmeans++, density, random',
    ],
    ['an unknown aggregation', shareWeights({ bits: 5, clusterGradientAggregation: 'avg' as 'sum' }), 'allowed are mean, sum'],
    [
      'to give pruned weights a value again',
      pipeline([pruneWeights({ keep: 0.5 }), shareWeights({ bits: 5, preserveSparsity: false })]),
      'would give pruned weights a value again',
    ],
  ])('refuses %s', async (_, recipe, message) => {
    await expect(compressed(recipe)).rejects.toThrow(message);
  });
});

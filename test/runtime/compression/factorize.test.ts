import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { buildModel } from '../../../src/checkpoint/load-checkpoint.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { factorize } from '../../../src/compression/factorize.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import type { FactorableLayer, Factorization } from '../../../src/compression/low-rank/factor-layer.ts';
import { factorizations } from '../../../src/compression/low-rank/factorizations.ts';
import type { FactorizeOptions } from '../../../src/compression/low-rank/factorize-options.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { replaceLayers } from '../../../src/compression/surgery/replace-layers.ts';
import { topologyOf } from '../../../src/compression/surgery/topology.ts';
import type { Layer } from '../../../src/layers/index.ts';
import { layers } from '../../../src/layers/index.ts';
import { summarize } from '../../../src/models/summarize.ts';
import { data, features, netOf, outputsOf, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** What both models say, what the new one costs, its layers, and the notes. */
async function factored(model: LayersModel, options: FactorizeOptions) {
  const result = await compressModel({ model, features }, factorize(options), { ...training, data: { train: data.validation } });
  const [before, after] = [await outputsOf(model), await outputsOf(result.model)];
  const [dense, small] = [summarize(model), summarize(result.model)];
  model.dispose();
  result.model.dispose();
  const difference = Math.max(...before.map((value, i) => Math.abs(value - after[i])));
  return { difference, share: small.multiplyAccumulates / dense.multiplyAccumulates, layers: small.layers, notes: result.notes };
}

/** How far the outputs move when a convolution is written as a product that loses nothing. */
async function differenceAtFullRank(name: Factorization['name'], options: object): Promise<number> {
  const model = netOf((): Layer[] => [
    layers.conv2d({ inputShape: [8, 8, 1], filters: 5, kernelSize: 1, activation: 'relu' }),
    layers.conv2d({ name: 'wide', filters: 6, activation: 'relu', ...(options as { kernelSize: number }) }),
    layers.flatten(),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);
  const method = factorizations.find((one) => one.name === name)!;
  const topology = topologyOf(model);
  const weights = new Map(await readWeights(model));
  const [wide] = topology.config.layers.filter(({ config }) => config.name === 'wide');
  const layer: FactorableLayer = { topology: wide, kernel: weights.get('wide/kernel')!, inputSize: [8, 8], outputSize: [8, 8] };
  const { layers: parts, kernels } = method.factor(layer, method.fullRanks(layer), (part) => `wide-${part}`);
  const changed = replaceLayers(topology, ({ config }) => (config.name === 'wide' ? parts : undefined));
  for (const part of parts) {
    const kernel = part.class_name === 'DepthwiseConv2D' ? 'depthwise_kernel' : 'kernel';
    weights.set(`${part.config.name}/${kernel}`, kernels.get(part.config.name)!);
  }
  const factoredModel = await buildModel(changed, weights);
  const [before, after] = [await outputsOf(model), await outputsOf(factoredModel)];
  model.dispose();
  factoredModel.dispose();
  return Math.max(...before.map((value, i) => Math.abs(value - after[i])));
}

describe('factorize', () => {
  it.each([
    ['svd', { kernelSize: 1 }],
    ['svd', { kernelSize: 1, strides: 2 }],
    ['tucker2', { kernelSize: 3, padding: 'same' }],
    ['tucker2', { kernelSize: 3, strides: 2 }],
    ['tucker2', { kernelSize: [1, 3], padding: 'same' }],
    ['tucker2', { kernelSize: 2, dilationRate: 2 }],
    ['spatial', { kernelSize: 3, padding: 'same' }],
    ['spatial', { kernelSize: [3, 2], strides: 2 }],
    ['spatial', { kernelSize: 3, padding: 'same', strides: [2, 1] }],
    ['spatial', { kernelSize: 2, dilationRate: 2 }],
    ['cp', { kernelSize: 2, padding: 'same' }],
  ] as const)('by %s at full rank gives what the convolution %j gave', async (name, options) => {
    expect(await differenceAtFullRank(name, options)).toBeLessThan(name === 'cp' ? 1e-2 : 1e-5);
  });

  it('tells each layer its method, ranks and gain', async () => {
    const { notes, layers: parts } = await factored(smallConvNet(), { rank: { conv2: 4, dense1: 4 } });
    expect(notes.map(({ layer, text }) => `${layer}: ${text}`)).toEqual([
      expect.stringMatching(/^conv2: tucker2, rank 4 and 4: \d\.\dx fewer multiply-adds$/),
      expect.stringMatching(/^dense1: svd, rank 4: \d\.\dx fewer multiply-adds$/),
    ]);
    expect(parts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['conv2-reduce', 'conv2-core', 'conv2', 'dense1-reduce', 'dense1']),
    );
  });

  it.each([smallConvNet, smallBranchedNet])('keeps the whole model within its budget, however it branches', async (build) => {
    const half = await factored(build(), { rank: { macs: 0.5 } });
    expect(half.share).toBeLessThanOrEqual(0.5);
    expect(half.share).toBeGreaterThan(0.4);
  });

  it('rounds ranks up', async () => {
    const { notes } = await factored(smallConvNet(), { rank: { dense1: { energy: 0.5 } }, roundTo: 8 });
    expect(notes[0].text).toMatch(/^svd, rank (8|16)/);
  });

  it('can be trained on, and again be factored', async () => {
    const recipe = pipeline([
      factorize({ rank: { dense1: 8 } }),
      fineTune({ epochs: 1 }),
      factorize({ rank: { dense1: 2 } }),
      fineTune({ epochs: 4 }),
    ]);
    const model = smallConvNet();
    const result = await compressModel({ model, features }, recipe, { ...training, data });
    expect(result.model.getLayer('dense1-reduce2').countParams()).toBe(8 * 2);
    expect(result.rows.at(-1)!.value).toBeGreaterThan(0.9);
    model.dispose();
    result.model.dispose();
  });

  it.each([
    [{ rank: 2 }, { rank: 2 }],
    [{ rank: { dense1: 4 } }, { rank: { dense1: 6 } }],
  ])('refuses %j and then %j before any work', async (first, second) => {
    const model = smallConvNet();
    const recipe = pipeline([factorize(first), fineTune({ epochs: 1 }), factorize(second)]);
    const run = compressModel({ model, features }, recipe, { ...training, data, onRow: () => expect.unreachable() });
    await expect(run).rejects.toThrow(/^The recipe factors twice, and the second time saves nothing: \w+ has rank [24] by then/);
    model.dispose();
  });

  it('refuses what would save nothing', async () => {
    const model = smallConvNet();
    const run = compressModel({ model, features }, factorize({ rank: { energy: 1 } }), { ...training, data: { train: data.validation } });
    await expect(run).rejects.toThrow('factorize would save nothing in this model (conv1, conv2, dense1, dense2): use smaller ranks.');
    model.dispose();
  });
});

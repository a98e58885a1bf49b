import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { loadCheckpoint } from '../../../src/checkpoint/load-checkpoint.ts';
import { type NamedWeights, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { saveCheckpoint } from '../../../src/checkpoint/save-checkpoint.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { iterate } from '../../../src/compression/iterate.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../src/compression/prune-units.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { rewind } from '../../../src/compression/rewind.ts';
import type { Technique } from '../../../src/compression/technique.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { data, features, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let model: LayersModel;
let folder: string;
let first: NamedWeights;
let early: string;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  folder = await mkdtemp(join(tmpdir(), 'dl-rewind-'));
  early = join(folder, 'early.safetensors');
  model = smallConvNet();
  first = await readWeights(model);
  await new Trainer(model, { ...training, epochs: 1 }).fit(data.train);
  await saveCheckpoint(early, { model, features, epoch: 1, logs: {} });
  await new Trainer(model, { ...training, epochs: 3 }).fit(data.train);
}, 60_000);
afterAll(async () => {
  model.dispose();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

async function weightsAfter(recipe: Technique, net = model): Promise<NamedWeights> {
  const result = await compressModel({ model: net, features }, recipe, { ...training, data });
  const weights = await readWeights(result.model);
  result.model.dispose();
  return weights;
}

/** As `weights`, with 0 where the kernels of `pruned` have 0. */
const masked = (weights: NamedWeights, pruned: NamedWeights): NamedWeights =>
  new Map(
    Array.from(weights, ([name, { shape, values }]) => {
      const mask = pruned.get(name)!.values;
      return [name, { shape, values: name.endsWith('/kernel') ? values.map((value, i) => (mask[i] === 0 ? 0 : value)) : values }];
    }),
  );

describe('rewind', () => {
  it('gives the weights that are left those that the model began with, biases too', async () => {
    const prune = pruneWeights({ keep: 0.2 });
    expect(await weightsAfter(pipeline([prune, rewind({ to: 'start' })]))).toEqual(masked(first, await weightsAfter(prune)));
  });

  it('does the same with a net of branches and BatchNorm', async () => {
    const net = smallBranchedNet();
    const start = await readWeights(net);
    await new Trainer(net, { ...training, epochs: 1 }).fit(data.train);
    const prune = pruneWeights({ keep: 0.2 });
    expect(await weightsAfter(pipeline([prune, rewind({ to: 'start' })]), net)).toEqual(masked(start, await weightsAfter(prune, net)));
    net.dispose();
  });

  it('goes back to a checkpoint', async () => {
    const prune = pruneWeights({ keep: 0.2 });
    const saved = await loadCheckpoint(early);
    const expected = masked(await readWeights(saved.model), await weightsAfter(prune));
    saved.model.dispose();
    expect(await weightsAfter(pipeline([prune, rewind({ to: early })]))).toEqual(expected);
  });

  it('holds what is pruned while the rest is trained again from the start', async () => {
    const recipe = iterate(2, (round) => [pruneWeights({ keep: 0.4 ** round }), rewind({ to: 'start' }), fineTune({ epochs: 4 })]);
    const result = await compressModel({ model, features }, recipe, { ...training, data });
    expect(result.rows.map(({ step }) => step).slice(1, 4)).toEqual(['prune weights', 'rewind', 'fine-tune 4 ep']);
    expect(result.rows.map(({ weightsKept }) => weightsKept)).toEqual([2160, 865, 865, 865, 346, 346, 346]);
    result.model.dispose();
  });

  it.each<[string, Technique, string]>([
    ['no time', rewind({} as { to: string }), `rewind to is undefined; it is 'start' or the path of a checkpoint.`],
    ['a checkpoint that is not there', rewind({ to: 'runs/nothing' }), 'rewind finds no checkpoint runs/nothing.'],
    ['other layers', pipeline([pruneUnits({ ratio: 0.5 }), rewind({ to: 'start' })]), 'The recipe has rewind after pruneUnits'],
  ])('refuses %s', async (_, recipe, message) => {
    await expect(weightsAfter(recipe)).rejects.toThrow(message);
  });
});

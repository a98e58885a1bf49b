import { add, memory, mul, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { loadWeightsInto, type NamedWeights, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { type CompressOptions, compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { importances } from '../../../src/compression/importance/importances.ts';
import { iterate } from '../../../src/compression/iterate.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import type { Technique } from '../../../src/compression/technique.ts';
import { constantSparsity, polynomialDecay } from '../../../src/compression/weight-pruning/sparsity-schedule.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { bars, data, features, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let chain: LayersModel;
let branched: LayersModel;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  chain = smallConvNet();
  await new Trainer(chain, { ...training, epochs: 4 }).fit(data.train, data.validation);
  branched = smallBranchedNet();
  await new Trainer(branched, { ...training, epochs: 2 }).fit(data.train, data.validation);
}, 60_000);
afterAll(() => {
  chain.dispose();
  branched.dispose();
});
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** What a recipe leaves of a net. */
async function pruned(recipe: Technique, model = chain, options: Partial<CompressOptions> = {}) {
  const result = await compressModel({ model, features }, recipe, { ...training, data, ...options });
  const weights = await readWeights(result.model);
  result.model.dispose();
  return { ...result, weights };
}

/** Small batches, so that what is measured on many of them is measured fast. */
const smallBatches = { train: new DataLoader(bars(16, 3), { batchSize: 4, shuffleSeed: 0 }), validation: data.validation };
const valuesOf = (weights: NamedWeights, name: string) => weights.get(name)!.values;
const countOf = (values: Float32Array) => values.filter((value) => value !== 0).length;

describe('pruneWeights', () => {
  it('takes a threshold in standard deviations of the layer', async () => {
    const { weights } = await pruned(pruneWeights({ threshold: { quality: { conv2: 0.8, 'dense*': 1.2 } } }));
    const before = await readWeights(chain);
    for (const [name, quality] of [
      ['conv2/kernel', 0.8],
      ['dense1/kernel', 1.2],
      ['dense2/kernel', 1.2],
    ] as const) {
      const values = valuesOf(before, name);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
      const expected = values.map((value) => (Math.abs(value) > quality * deviation ? value : 0));
      expect(valuesOf(weights, name)).toEqual(expected);
    }
    expect(weights.get('conv1/kernel')).toEqual(before.get('conv1/kernel'));
  });

  it('takes the deviation of the weights that are left, where some are 0 already', async () => {
    const twice = pipeline([pruneWeights({ threshold: { quality: 0.5 } }), pruneWeights({ threshold: { quality: 0.5 } })]);
    const { rows } = await pruned(twice);
    expect(rows[2].weightsKept).toBeLessThan(rows[1].weightsKept);
  });

  it('prunes whole blocks of neighbouring inputs, and none that reaches over a place of the window', async () => {
    const { weights } = await pruned(pruneWeights({ keep: { conv2: 0.25, dense1: 0.5 }, blockSize: [4, 1] }));
    // conv2 is [3, 3, 8, 12]: 2 blocks of 4 channels at each of 9 places for each of 12 filters. dense1 is [48, 24].
    expect(countOf(valuesOf(weights, 'conv2/kernel'))).toBe(4 * Math.round(0.25 * 2 * 9 * 12));
    expect(countOf(valuesOf(weights, 'dense1/kernel'))).toBe(4 * Math.round(0.5 * 12 * 24));
    for (const [name, outputs] of [
      ['conv2/kernel', 12],
      ['dense1/kernel', 24],
    ] as const) {
      const values = valuesOf(weights, name);
      for (let row = 0; row < values.length / outputs; row += 4) {
        for (let output = 0; output < outputs; output++) {
          const block = Float32Array.from({ length: 4 }, (_, i) => values[(row + i) * outputs + output]);
          expect([0, 4]).toContain(countOf(block));
        }
      }
    }
  });

  it('makes smaller blocks where the kernel ends', async () => {
    const { weights } = await pruned(pruneWeights({ keep: { dense2: 0.5 }, blockSize: [5, 2] }));
    // [24, 3]: 5 x 2 blocks, the last ones of 4 inputs, the right ones of 1 output
    const values = valuesOf(weights, 'dense2/kernel');
    const block = (row: number, output: number) =>
      values.filter((_, i) => Math.floor(i / 3 / 5) === row && Math.floor((i % 3) / 2) === output);
    const counts = [0, 1, 2, 3, 4].flatMap((row) => [0, 1].map((output) => [countOf(block(row, output)), block(row, output).length]));
    expect(counts.filter(([kept]) => kept > 0)).toHaveLength(5);
    expect(counts.every(([kept, size]) => kept === 0 || kept === size)).toBe(true);
  });

  it('leaves 2 of every 4 neighbouring input channels, the larger ones', async () => {
    const before = await readWeights(chain);
    const { weights } = await pruned(pruneWeights({ sparsityMByN: [2, 4], layers: ['conv2', 'dense1'] }));
    for (const [name, outputs] of [
      ['conv2/kernel', 12],
      ['dense1/kernel', 24],
    ] as const) {
      const [old, now] = [valuesOf(before, name), valuesOf(weights, name)];
      for (let row = 0; row < old.length / outputs; row += 4) {
        for (let output = 0; output < outputs; output++) {
          const group = [0, 1, 2, 3].map((i) => (row + i) * outputs + output);
          const largest = [...group].sort((a, b) => Math.abs(old[b]) - Math.abs(old[a])).slice(0, 2);
          expect(group.filter((place) => now[place] !== 0).sort()).toEqual(largest.sort());
        }
      }
    }
    expect(weights.get('dense2/kernel')).toEqual(before.get('dense2/kernel'));
  });

  it('keeps at 0 what an earlier step pruned, whatever the later one chooses by', async () => {
    for (const { name } of importances.filter(({ name }) => name !== 'obs' && name !== 'fisher')) {
      const first = pruneWeights({ keep: 0.4 });
      const once = (await pruned(first, chain, { data: smallBatches })).weights;
      const recipe = pipeline([first, fineTune({ epochs: 1 }), pruneWeights({ keep: 0.2, importance: name })]);
      const { weights } = await pruned(recipe, chain, { data: smallBatches });
      for (const kernel of ['conv2/kernel', 'dense1/kernel']) {
        const [before, after] = [valuesOf(once, kernel), valuesOf(weights, kernel)];
        expect(after.filter((value, i) => before[i] === 0 && value !== 0)).toHaveLength(0);
        expect(countOf(after)).toBe(Math.round(0.2 * after.length));
      }
    }
  });

  it('prunes kernels of a net with branches, and nothing else of it', async () => {
    const before = await readWeights(branched);
    for (const importance of ['magnitude', 'obd', 'taylor', 'random'] as const) {
      const { weights, rows } = await pruned(pruneWeights({ keep: 0.3, importance }), branched, { data: smallBatches });
      for (const [name, weight] of weights) {
        if (/\/kernel$/.test(name)) expect(countOf(weight.values)).toBe(Math.round(0.3 * weight.values.length));
        else expect(weight).toEqual(before.get(name));
      }
      expect(rows[1].weightsKept).toBeLessThan(0.32 * rows[0].weightsKept);
    }
  });

  it('removes weight by weight in one layer of a net with branches, and moves the others of that layer', async () => {
    const before = await readWeights(branched);
    const { weights } = await pruned(pruneWeights({ keep: { dense2: 0.5 }, importance: 'obs' }), branched, { data: smallBatches });
    for (const [name, weight] of weights) {
      if (!name.startsWith('dense2/')) expect(weight).toEqual(before.get(name));
    }
    expect(countOf(valuesOf(weights, 'dense2/kernel'))).toBe(24);
    expect(valuesOf(weights, 'dense2/bias')).not.toEqual(valuesOf(before, 'dense2/bias'));
  });

  it('tells what is left and which units have no weight any more', async () => {
    const { notes } = await pruned(pruneWeights({ keep: { dense1: 0.01 } }));
    expect(notes[0]).toEqual({ step: 'prune weights', layer: 'dense1', text: 'keeps 12 of 1152 weights' });
    expect(notes[1].text).toMatch(/^1\d of 24 units have no weight left$/);
    const schedule = constantSparsity({ beginStep: 2 });
    const later = await pruned(pipeline([pruneWeights({ keep: { dense1: 0.01 }, schedule }), fineTune({ epochs: 1 })]));
    expect(later.notes[0]).toEqual({ step: 'finish', layer: 'dense1', text: 'keeps 12 of 1152 weights' });
  });

  it('prunes at random by the same order all through a schedule', async () => {
    const schedule = polynomialDecay({ endStep: 10, frequency: 2 });
    const recipe = pipeline([pruneWeights({ keep: 0.3, importance: 'random', schedule }), fineTune({ epochs: 1 })]);
    const { weights } = await pruned(recipe);
    const atOnce = (await pruned(pruneWeights({ keep: 0.3, importance: 'random' }))).weights;
    const places = (values: Float32Array) => Array.from(values.keys()).filter((i) => values[i] !== 0);
    expect(places(valuesOf(weights, 'dense1/kernel'))).toEqual(places(valuesOf(atOnce, 'dense1/kernel')));
  });

  it('goes on to the same bits from a saved state, in the middle of a schedule', async () => {
    const technique = pruneWeights({ keep: 0.2, schedule: polynomialDecay({ endStep: 8, frequency: 2 }) });
    const context = () => ({ model: chain, features, random: new RandomStream(0), note: () => {} });
    const start = await readWeights(chain);
    const model = smallConvNet();
    const nudge = (by: number) => {
      tidy(() => {
        for (const weight of model.trainableWeights) weight.write(add(weight.read(), by));
      });
    };
    const stepFrom = (state: Awaited<ReturnType<NonNullable<typeof technique.init>>>, from: number, to: number) => {
      for (let step = from; step <= to; step++) {
        nudge(step % 2 ? 1e-3 : -1e-3);
        technique.project!(state, model, step);
      }
    };
    loadWeightsInto(model, { weights: start });
    const state = await technique.init!(context());
    stepFrom(state, 1, 5);
    const [saved, middle] = [technique.saveState!(state), await readWeights(model)];
    stepFrom(state, 6, 12);
    const expected = await readWeights(model);

    loadWeightsInto(model, { weights: middle });
    const loaded = technique.loadState!(saved, context());
    stepFrom(loaded, 6, 12);
    expect(await readWeights(model)).toEqual(expected);
    expect(countOf(valuesOf(expected, 'dense1/kernel'))).toBe(230);
    technique.dispose!(state);
    technique.dispose!(loaded);
    model.dispose();
  });

  it.each<[string, Technique, Partial<CompressOptions>, string]>([
    ['no amount', pruneWeights({}), {}, 'takes one of keep, threshold and sparsityMByN, and got none of them'],
    ['two amounts', pruneWeights({ keep: 0.1, sparsityMByN: [2, 4] }), {}, 'got keep and sparsityMByN'],
    ['a pattern of nothing', pruneWeights({ sparsityMByN: [4, 2] }), {}, 'sparsityMByN is [4,2]; it is two whole numbers'],
    [
      'an unknown criterion',
      pruneWeights({ keep: 0.1, importance: 'odb' as 'obd' }),
      {},
      'allowed are magnitude, fisher, obd, obs, taylor, random. Did you mean obd?',
    ],
    ['a layer that is not there', pruneWeights({ keep: 0.1, layers: ['dense3'] }), {}, 'pruneWeights layers names "dense3"'],
    ['too many weights for obs', pruneWeights({ keep: 0.1, importance: 'obs' }), {}, 'at most 2000, and here are 2207'],
    ['blocks for obs', pruneWeights({ keep: { dense2: 0.1 }, importance: 'obs', blockSize: [2, 1] }), {}, 'it removes single weights'],
    [
      'a schedule for what is measured once',
      pipeline([pruneWeights({ keep: 0.1, importance: 'obd', schedule: constantSparsity({ beginStep: 1 }) }), fineTune({ epochs: 1 })]),
      {},
      'it is measured once, before the training that would change it. Repeat steps: iterate(3,',
    ],
    ['a threshold beyond all weights', pruneWeights({ threshold: { quality: 50 } }), {}, 'would leave no weight in conv1'],
  ])('refuses %s', async (_, recipe, options, message) => {
    await expect(pruned(recipe, chain, options)).rejects.toThrow(message);
  });

  it('names the layer whose importance is no number', async () => {
    const broken = smallConvNet();
    const weight = broken.getLayer('conv2').weights[0];
    tidy(() => void weight.write(mul(weight.read(), Number.NaN)));
    await expect(pruned(pruneWeights({ keep: 0.5 }), broken)).rejects.toThrow('NaN or infinity in the importance of conv2');
    broken.dispose();
  });
});

describe('iterate', () => {
  it('gives the steps of every round, which survive JSON', async () => {
    const recipe = iterate(3, (round) => [pruneWeights({ keep: 0.5 ** round }), fineTune({ epochs: 1 })]);
    const { rows, recipe: steps } = await pruned(recipe);
    expect(rows.map(({ weightsKept }) => weightsKept)).toEqual([2160, 1080, 1080, 540, 540, 270, 270]);
    expect(steps.map(({ options }) => options)).toEqual([0.5, 0.25, 0.125].flatMap((keep) => [{ keep }, { epochs: 1 }]));
  });

  it('refuses what is no number of rounds', () => {
    expect(() => iterate(0, () => [])).toThrow('iterate got 0 rounds; it must be a whole number, at least 1.');
    expect(() => iterate(1, () => [])).toThrow('A pipeline needs at least one step');
  });
});

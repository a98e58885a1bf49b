import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../src/compression/prune-units.ts';
import { kernelsOf } from '../../../src/compression/surgery/kernels-of.ts';
import type { Technique } from '../../../src/compression/technique.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { data, features, smallConvNet, training } from './small-nets.ts';

let model: LayersModel;
let folder: string;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  model = smallConvNet();
  await new Trainer(model, { ...training, epochs: 6 }).fit(data.train, data.validation);
  folder = await mkdtemp(join(tmpdir(), 'dl-resume-'));
});
afterAll(async () => {
  model.dispose();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  tensors = memory().numTensors;
  stepsLeft = Number.POSITIVE_INFINITY;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** Training steps until the power fails. */
let stepsLeft = Number.POSITIVE_INFINITY;

/** Keeps a random half of each kernel, and counts its steps: state that must come back to the bit. */
const randomHalf: Technique<Map<string, Tensor>> = {
  name: 'randomHalf',
  label: 'random half',
  options: {},
  needs: 'nothing',
  init: ({ model: given, random }) =>
    new Map(
      kernelsOf(given).map(({ name, shape, variable }) => [
        name,
        tensor(
          Float32Array.from({ length: variable.size }, () => random.integer(2)),
          [...shape],
        ),
      ]),
    ),
  project: (masks, given, step) =>
    tidy(() => {
      for (const { name, variable } of kernelsOf(given)) variable.assign(mul(variable, mul(masks.get(name)!, 1 + 1e-3 * Math.sin(step))));
    }),
  gradients(_, gradients) {
    if (stepsLeft-- <= 0) throw new Error('no power');
    return gradients;
  },
  saveState: (masks) =>
    new Map(Array.from(masks, ([name, mask]) => [name, { shape: mask.shape, values: mask.dataSync() as Float32Array }])),
  loadState: (saved) => new Map(Array.from(saved, ([name, { shape, values }]) => [name, tensor(values, [...shape])])),
  dispose: (masks) => {
    for (const mask of masks.values()) mask.dispose();
  },
};

const steps = [pruneUnits({ ratio: 0.25 }), randomHalf, fineTune({ epochs: 3, learningRateSchedule: 'cosine' }), fineTune({ epochs: 2 })];
const recipe = pipeline(steps);

async function run(name: string, given: Technique = recipe, more: object = {}) {
  const file = join(folder, name, 'model.safetensors');
  const result = await compressModel({ model, features }, given, { ...training, data, file, ...more });
  const weights = await readWeights(result.model);
  result.model.dispose();
  const { rows, layers, notes, test } = result;
  return { weights, rows, layers, notes, test, bytes: readFileSync(file).toString('base64') };
}

const stepsOf = (name: string) => (existsSync(join(folder, name, 'steps')) ? readdirSync(join(folder, name, 'steps')) : []);

describe('a recipe that was interrupted', () => {
  it('ends with the bits of an unbroken one, wherever it was interrupted', async () => {
    const whole = await run('whole');
    expect(stepsOf('whole')).toEqual([]);
    const random = new RandomStream(0, 'power failures');
    let failures = 0;
    let broken: typeof whole | undefined;
    while (!broken) {
      stepsLeft = failures < 5 ? 4 + random.integer(20) : Number.POSITIVE_INFINITY;
      broken = await run('broken').catch((error: Error) => {
        expect(error.message).toBe('no power');
        failures++;
        return undefined;
      });
    }
    expect(failures).toBe(5);
    expect(broken).toEqual(whole);
    expect(stepsOf('broken')).toEqual([]);
  });

  it('goes on behind its last step, says so and tells the rows before', async () => {
    stepsLeft = 0;
    await expect(run('notice')).rejects.toThrow('no power');
    expect(stepsOf('notice')).toHaveLength(2);
    stepsLeft = Number.POSITIVE_INFINITY;
    const said: string[] = [];
    const onRow = ({ step }: { step: string }) => said.push(step);
    await run('notice', recipe, { onRow, onNotice: (text: string) => said.push(text) });
    expect(said).toEqual([
      'goes on behind step 2 of 4, where it was stopped',
      'as trained',
      'prune units',
      'random half',
      'fine-tune 3 ep',
      'fine-tune 2 ep',
    ]);
  });

  it.each<[string, Technique, object, number]>([
    ['another recipe from its first step that differs', pipeline([steps[0], randomHalf, fineTune({ epochs: 1 })]), {}, 2],
    ['another recipe from the beginning', pipeline([randomHalf, fineTune({ epochs: 1 })]), {}, 0],
    ['another seed from the beginning', recipe, { seed: 1 }, 0],
    ['fresh from the beginning', recipe, { fresh: true }, 0],
  ])('begins %s', async (name, other, more, behind) => {
    stepsLeft = 5;
    await expect(run(name)).rejects.toThrow('no power');
    stepsLeft = Number.POSITIVE_INFINITY;
    const notices: string[] = [];
    await run(name, other, { ...more, onNotice: (text: string) => notices.push(text) });
    expect(notices).toEqual(behind > 0 ? [expect.stringContaining(`goes on behind step ${behind} of`)] : []);
  });

  it('does not use the steps of other weights', async () => {
    stepsLeft = 5;
    await expect(run('weights')).rejects.toThrow('no power');
    stepsLeft = Number.POSITIVE_INFINITY;
    const kernel = kernelsOf(model)[0].variable;
    const before = kernel.clone();
    tidy(() => kernel.assign(mul(before, 1.01)));
    const notices: string[] = [];
    await run('weights', recipe, { onNotice: (text: string) => notices.push(text) });
    kernel.assign(before);
    before.dispose();
    expect(notices).toEqual([]);
  });

  it('does nothing where its file cannot be written', async () => {
    writeFileSync(join(folder, 'in-the-way'), '');
    const begun: unknown[] = [];
    await expect(run('in-the-way', recipe, { onRow: (row: unknown) => begun.push(row) })).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(begun).toEqual([]);
  });

  it('takes a damaged step for none', async () => {
    stepsLeft = 0;
    await expect(run('damaged')).rejects.toThrow('no power');
    const second = stepsOf('damaged').find((file) => file.startsWith('2-') && file.endsWith('.safetensors'))!;
    writeFileSync(join(folder, 'damaged', 'steps', second), 'half of a file');
    stepsLeft = Number.POSITIVE_INFINITY;
    const notices: string[] = [];
    expect((await run('damaged', recipe, { onNotice: (text: string) => notices.push(text) })).rows).toHaveLength(5);
    expect(notices).toEqual(['goes on behind step 1 of 4, where it was stopped']);
  });

  it.each([
    ['the last', ['last']],
    ['both', ['last', 'previous']],
  ])('goes on in the middle of a training of which %s checkpoint is damaged, with the same bits', async (_, damaged) => {
    const name = `checkpoints-${damaged.length}`;
    const whole = await run(`${name}-whole`);
    stepsLeft = 2 * data.train.steps + 1;
    await expect(run(name)).rejects.toThrow('no power');
    stepsLeft = Number.POSITIVE_INFINITY;
    const training = stepsOf(name).find((file) => file.startsWith('3-'))!;
    for (const file of damaged)
      writeFileSync(join(folder, name, 'steps', training, 'checkpoints', `${file}.safetensors`), 'half of a file');
    expect((await run(name)).weights).toEqual(whole.weights);
  });
});

describe('maxDrop', () => {
  const ruin: Technique = {
    name: 'ruin',
    label: 'ruin',
    options: {},
    needs: 'nothing',
    init: ({ model: given }) => {
      tidy(() => {
        for (const { variable } of kernelsOf(given)) variable.assign(mul(variable, 0));
      });
    },
  };
  const bad = fineTune({ epochs: 1, learningRate: 1e-9 });

  it('undoes what went too far and ends, with the file of the last good step', async () => {
    const begin = [steps[0], fineTune({ epochs: 2 })];
    const good = await run('good', pipeline(begin));
    const guarded = await run('guarded', pipeline([...begin, ruin, bad, fineTune({ epochs: 1 })], { maxDrop: 30 }));
    expect(guarded.weights).toEqual(good.weights);
    expect(guarded.bytes).toBe(good.bytes);
    expect(guarded.rows.map(({ step, undone }) => [step, undone])).toEqual([
      ['as trained', undefined],
      ['prune units', undefined],
      ['fine-tune 2 ep', undefined],
      ['ruin', true],
      ['fine-tune 1 ep', true],
    ]);
  });

  it('may give back the model as trained, and says why', async () => {
    const {
      rows,
      recipe: done,
      stopReason,
      model: kept,
      layers,
    } = await compressModel({ model, features }, pipeline([ruin], { maxDrop: 1 }), { ...training, data });
    expect(stopReason).toMatch(/^val_accuracy went from \d+\.\d % to 33\.3 % after ruin, 1\.0 points are allowed \(maxDrop\)$/);
    expect(await readWeights(kept)).toEqual(await readWeights(model));
    expect(done).toEqual([]);
    expect(rows).toHaveLength(2);
    expect(layers[0].weightsKept).toBe(72);
    kept.dispose();
  });

  it('is per cent where no accuracy judges, and lets pass what becomes better', async () => {
    const given = { ...training, metrics: [], data };
    const tuned = await compressModel({ model, features }, pipeline([fineTune({ epochs: 1, learningRate: 1e-4 })], { maxDrop: 0 }), given);
    expect(tuned.stopReason).toBeUndefined();
    const ruined = await compressModel({ model, features }, pipeline([ruin], { maxDrop: 50 }), given);
    expect(ruined.stopReason).toMatch(/^val_loss went from 0\.\d+ to 1\.\d+ after ruin, 50\.0 % are allowed \(maxDrop\)$/);
    for (const result of [tuned, ruined]) result.model.dispose();
  });

  it('refuses a drop below 0', () => {
    expect(() => pipeline(steps, { maxDrop: -1 })).toThrow('pipeline maxDrop is -1; it must be a number from 0 on.');
  });
});

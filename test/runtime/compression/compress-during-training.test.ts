import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { saveCheckpoint } from '../../../src/checkpoint/save-checkpoint.ts';
import { compressDuringTraining } from '../../../src/compression/compress-during-training.ts';
import { distill } from '../../../src/compression/distill.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { huffmanCode } from '../../../src/compression/huffman-code.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../src/compression/prune-units.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { countKept } from '../../../src/compression/recipe/compare-layers.ts';
import { kernelsOf } from '../../../src/compression/surgery/kernels-of.ts';
import type { Technique } from '../../../src/compression/technique.ts';
import { polynomialDecay } from '../../../src/compression/weight-pruning/sparsity-schedule.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { Trainer, type TrainerOptions } from '../../../src/training/trainer.ts';
import { data, outputsOf, randomInputs, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let folder: string;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  folder = await mkdtemp(join(tmpdir(), 'dl-during-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const trainerOf = (recipe: Technique, more: Partial<TrainerOptions> = {}, file?: string, build = smallConvNet) =>
  new Trainer(build(), {
    ...training,
    epochs: 4,
    ...more,
    callbacks: [compressDuringTraining(async () => recipe, { training, file }), ...(more.callbacks ?? [])],
  });

describe('compressDuringTraining', () => {
  it('trains the rewritten model under what holds its weights, and writes the file', async () => {
    const file = join(folder, 'new', 'model.safetensors');
    const schedule = polynomialDecay({ endStep: 40, frequency: 4 });
    const recipe = pipeline([pruneUnits({ ratio: 0.5 }), fineTune({ epochs: 9 }), pruneWeights({ keep: 0.3, schedule }), huffmanCode()]);
    const trainer = trainerOf(recipe, { epochs: 12 }, file);
    const logs = await trainer.fit(data.train, data.validation);
    const { model } = trainer;
    expect(kernelsOf(model).map(({ shape }) => shape.at(-1))).toEqual([4, 6, 12, 3]);
    expect(countKept(model)).toBe(11 + 65 + 86 + 11);
    expect(logs.val_accuracy).toBeGreaterThan(0.5);
    const loaded = await loadModel(file);
    expect(loaded.metrics.val_accuracy).toBeGreaterThan(0.5);
    const expected = await outputsOf(model);
    for (const [i, value] of loaded.compute(randomInputs()).entries()) expect(value).toBeCloseTo(expected[i], 5);
    expect((await readFile(file)).length).toBeLessThan(4000);
    model.dispose();
  });

  it('keeps no epoch from before the end of a schedule, however good it was', async () => {
    const schedule = polynomialDecay({ endStep: 30, frequency: 30 });
    const trainer = trainerOf(pruneWeights({ keep: 0.05, schedule }));
    const kept = await trainer.fit(data.train, data.validation);
    expect(trainer.history.slice(2)).toContain(kept);
    expect(trainer.history[1].val_loss).toBeLessThan(kept.val_loss);
    trainer.model.dispose();
  });

  it('takes branched models too', async () => {
    const trainer = trainerOf(pruneWeights({ keep: 0.5 }), { epochs: 1 }, undefined, smallBranchedNet);
    await trainer.fit(data.train, data.validation);
    trainer.model.dispose();
  });

  it('goes on after an interruption to the same bits', async () => {
    const shrinking: Technique<{ masks: Map<string, Tensor> }> = {
      name: 'shrinking',
      label: 'shrinking',
      options: {},
      needs: 'nothing',
      init: ({ model, random }) => ({
        masks: new Map(
          kernelsOf(model).map(({ name, shape, variable }) => [
            name,
            tensor(
              Float32Array.from({ length: variable.size }, () => random.uniform()),
              [...shape],
            ),
          ]),
        ),
      }),
      project: ({ masks }, model, step) =>
        tidy(() => {
          for (const { name, variable } of kernelsOf(model)) if (step % 5 === 0) variable.assign(mul(variable, masks.get(name)!));
        }),
      saveState: ({ masks }) =>
        new Map(Array.from(masks, ([name, mask]) => [name, { shape: mask.shape, values: mask.dataSync() as Float32Array }])),
      loadState: (saved) => ({ masks: new Map(Array.from(saved, ([name, { shape, values }]) => [name, tensor(values, [...shape])])) }),
      dispose: ({ masks }) => {
        for (const mask of masks.values()) mask.dispose();
      },
    };
    const recipe = pipeline([pruneUnits({ ratio: 0.25 }), shrinking]);
    const whole = trainerOf(recipe);
    await whole.fit(data.train, data.validation);
    const checkpoint = join(folder, 'last.safetensors');
    const broken = trainerOf(recipe, {
      callbacks: [
        {
          name: 'power',
          async onTrainBatchEnd(context, step) {
            if (step !== 17) return;
            await saveCheckpoint(checkpoint, (await context.snapshot())!);
            throw new Error('no power');
          },
        },
      ],
    });
    await expect(broken.fit(data.train, data.validation)).rejects.toThrow('no power');
    const resumed = trainerOf(recipe, { resumeFrom: checkpoint, callbacks: [{ name: 'power' }] });
    await resumed.fit(data.train, data.validation);
    expect(await readWeights(resumed.model)).toEqual(await readWeights(whole.model));
    for (const { model } of [whole, broken, resumed]) model.dispose();
  });

  it.each<[string, Technique, string]>([
    ['a teacher, which does not exist yet', pipeline([distill(), fineTune({ epochs: 1 })]), 'distill has no teacher during training'],
    ['a wrong order', pipeline([pruneWeights({ keep: 0.5 }), pruneUnits({ ratio: 0.5 })]), 'The recipe has pruneUnits after pruneWeights'],
    [
      'a schedule that outlasts the training',
      pruneWeights({ keep: 0.5, schedule: polynomialDecay({ endStep: 49 }) }),
      'polynomialDecay ends at step 49, but the 4 epochs after it have 48 steps',
    ],
    [
      'a technique that trains by itself',
      { name: 'iterate', label: 'iterate', options: {}, needs: 'training', train: async () => {} },
      'iterate trains by itself, so it cannot be done while a model trains. Leave it to compress: compression.duringTraining=false',
    ],
  ])('refuses %s', async (_, recipe, message) => {
    const trainer = trainerOf(recipe);
    await expect(trainer.fit(data.train, data.validation)).rejects.toThrow(message);
    trainer.model.dispose();
  });
});

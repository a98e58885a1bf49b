import { memory, zerosLike } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Callback } from '../../../src/callbacks/callback.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { options, pointLoader, tinyModel, validation, weightsOf } from './tiny-training.ts';

beforeAll(useBackend);

describe('callbacks', () => {
  it('get every hook in order', async () => {
    const model = tinyModel();
    const heard: string[] = [];
    const listen = (name: string): Callback => ({
      name,
      onTrainBegin: () => void heard.push(`${name} train begin`),
      onEpochBegin: (_c, epoch) => void heard.push(`${name} epoch ${epoch} begin`),
      onTrainBatchBegin: (_c, step) => void heard.push(`${name} step ${step} begin`),
      onGradients: (_c, gradients) => {
        heard.push(`${name} gradients`);
        return gradients;
      },
      onTrainBatchEnd: (_c, step) => void heard.push(`${name} step ${step} end`),
      onEpochEnd: async (_c, epoch) => {
        await Promise.resolve();
        heard.push(`${name} epoch ${epoch} end`);
      },
      onTrainEnd: () => void heard.push(`${name} train end`),
    });
    await new Trainer(model, { ...options, epochs: 2, callbacks: [listen('a'), listen('b')] }).fit(pointLoader(16));
    const both = (what: string) => [`a ${what}`, `b ${what}`];
    const epoch = (n: number) => [`epoch ${n} begin`, `step ${n} begin`, 'gradients', `step ${n} end`, `epoch ${n} end`];
    expect(heard).toEqual(['train begin', ...epoch(0), ...epoch(1), 'train end'].flatMap(both));
    model.dispose();
  });

  it('may change the gradients', async () => {
    const model = tinyModel();
    const before = await weightsOf(model);
    const still: Callback = {
      name: 'still',
      onGradients: (_context, gradients) => Object.fromEntries(Object.entries(gradients).map(([name, value]) => [name, zerosLike(value)])),
    };
    await new Trainer(model, { ...options, callbacks: [still] }).fit(pointLoader(32));
    expect(await weightsOf(model)).toEqual(before);
    model.dispose();
  });

  it('may end the training in the middle of an epoch, which is not judged then', async () => {
    const model = tinyModel();
    const stop: Callback = {
      name: 'stop',
      onTrainBatchEnd(context, step) {
        if (step === 5) context.stopTraining('enough');
      },
    };
    const trainer = new Trainer(model, { ...options, callbacks: [stop] });
    const logs = await trainer.fit(pointLoader(64), validation());
    expect(trainer.history).toHaveLength(1);
    expect(logs).toEqual(trainer.history[0]);
    model.dispose();
  });

  it('leaves no tensor behind where a callback throws between gradients and step', async () => {
    const model = tinyModel();
    const before = memory().numTensors;
    const broken: Callback = {
      name: 'broken',
      onGradients: () => {
        throw new Error('broken');
      },
    };
    await expect(new Trainer(model, { ...options, callbacks: [broken] }).fit(pointLoader(32))).rejects.toThrow('broken');
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Callback, TrainingContext } from '../../../src/callbacks/callback.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import { Trainer, type TrainerOptions } from '../../../src/training/trainer.ts';
import { options, pointLoader, points, tinyModel, validation, weightsOf } from './tiny-training.ts';

beforeAll(useBackend);

describe('what is trained on', () => {
  it('takes one training and one validation batch with fastDevRun', async () => {
    const model = tinyModel();
    const seen: TrainingContext['params'][] = [];
    let steps = 0;
    const watch: Callback = {
      name: 'watch',
      onTrainBegin: (context) => void seen.push(context.params),
      onTrainBatchEnd: () => void steps++,
    };
    const trainer = new Trainer(model, { ...options, fastDevRun: true, callbacks: [watch] });
    const logs = await trainer.fit(pointLoader(100), validation());
    expect(seen[0]).toEqual({
      epochs: 1,
      stepsPerEpoch: 1,
      totalSteps: 1,
      batchSize: 16,
      trainSamples: 16,
      validationSamples: 16,
      seed: 0,
    });
    expect(steps).toBe(1);
    expect(Object.keys(logs)).toContain('val_loss');
    model.dispose();
  });

  it('learns a few batches by heart with overfitBatches, and validates on the same', async () => {
    const model = tinyModel();
    const data = points(100);
    let reads = 0;
    const counted = {
      ...data,
      get(indices: ArrayLike<number>) {
        reads++;
        return data.get(indices);
      },
    };
    const seen: TrainingContext['params'][] = [];
    const watch: Callback = { name: 'watch', onTrainBegin: (context) => void seen.push(context.params) };
    const trainer = new Trainer(model, { ...options, epochs: 150, overfitBatches: 2, callbacks: [watch] });
    const logs = await trainer.fit(new DataLoader(counted, { batchSize: 16, shuffleSeed: 0 }), validation());
    expect(reads).toBe(2);
    expect(seen[0]).toMatchObject({ stepsPerEpoch: 2, trainSamples: 32, validationSamples: 32 });
    expect(logs.loss).toBeLessThan(0.05);
    expect(logs.val_accuracy).toBe(1);
    model.dispose();
  });
});

describe('the switches of the trainer', () => {
  it('takes only the first batches of each epoch with limitBatches, others in every epoch', async () => {
    const model = tinyModel();
    const seen: string[] = [];
    const watch: Callback = {
      name: 'watch',
      onTrainBatchBegin: ({ epoch, batch }) => void seen.push(`${epoch}: ${batch?.inputs[0]}`),
      onTrainBegin: ({ params }) =>
        expect(params).toMatchObject({ stepsPerEpoch: 2, totalSteps: 4, trainSamples: 32, validationSamples: 32 }),
    };
    await new Trainer(model, { ...options, epochs: 2, limitBatches: 2, callbacks: [watch] }).fit(pointLoader(100), validation());
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map((one) => one.split(' ')[1])).size).toBe(4);
    await new Trainer(model, { ...options, epochs: 1, limitBatches: 99 }).fit(pointLoader(100), validation());
    model.dispose();
  });

  it('validates every so many steps with valCheckInterval, over the same batches in the same order', async () => {
    const train = async (changes: Partial<TrainerOptions>) => {
      const model = tinyModel({ dropout: 0.2 });
      const seen: (number | undefined)[] = [];
      const watch: Callback = { name: 'watch', onTrainBatchBegin: ({ batch }) => void seen.push(batch?.inputs[0]) };
      const trainer = new Trainer(model, { ...options, epochs: 2, restoreBestWeights: false, callbacks: [watch], ...changes });
      await trainer.fit(pointLoader(100), validation());
      const result = { seen, weights: await weightsOf(model), checks: trainer.history.length, last: trainer.history.at(-1)?.val_loss };
      model.dispose();
      return result;
    };
    const whole = await train({});
    const cut = await train({ valCheckInterval: 3 });
    expect(whole.checks).toBe(2);
    expect(cut).toEqual({ ...whole, checks: 6 });
  });

  it('judges two batches before it trains, so that a fault of the validation is found at once', async () => {
    const model = tinyModel();
    const broken = points(64);
    const held = new DataLoader(
      {
        ...broken,
        get(indices) {
          if (indices[0] === 16) throw new Error('broken image');
          return broken.get(indices);
        },
      },
      { batchSize: 16 },
    );
    let steps = 0;
    const count: Callback = { name: 'count', onTrainBatchEnd: () => void steps++ };
    await expect(new Trainer(model, { ...options, callbacks: [count] }).fit(pointLoader(64), held)).rejects.toThrow('broken image');
    expect(steps).toBe(0);
    model.dispose();
  });
});

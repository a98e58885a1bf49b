import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import {
  backupAndRestore,
  type Callback,
  csvLogger,
  earlyStopping,
  gradientAccumulationScheduler,
  learningRateScheduler,
  modelCheckpoint,
  reduceLROnPlateau,
  stochasticWeightAveraging,
  swapEMAWeights,
} from '../../../src/callbacks/index.ts';
import { lastCheckpointPath, previousCheckpointPath, readSavedTraining } from '../../../src/checkpoint/index.ts';
import { runAt } from '../../../src/runs/create-run.ts';
import type { Run } from '../../../src/runs/run.ts';
import { Trainer, type TrainerOptions, type TrainingData } from '../../../src/training/trainer.ts';
import { pointLoader, tinyModel } from './tiny-training.ts';

beforeAll(useBackend);

const validation = () => pointLoader(32, { seed: 1, shuffle: false });
/** Four steps of training an epoch. */
const training = () => pointLoader(64);

/** Everything that carries a state: dropout, moving averages, momentum, a schedule, early stopping, logs. */
const options: TrainerOptions = {
  epochs: 5,
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy', 'f1Score'],
  optimizer: { name: 'sgd', learningRate: 0.3, momentum: 0.9 },
  seed: 3,
};

function emptyRun(): Run {
  const root = mkdtempSync(join(tmpdir(), 'dl-project-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const switches = { fastDevRun: false, overfitBatches: 0 };
  return runAt({ id: 'one', folder: root, root, kind: 'train', switches, config: {} as never });
}

interface Interruption {
  /** Where the process dies: before this many steps of the training are taken in all. */
  readonly beforeStep?: number;
  readonly saveFreq?: 'epoch' | number;
  readonly changes?: Partial<TrainerOptions>;
  readonly data?: TrainingData;
  readonly more?: () => Callback[];
}

/** Trains in `run` from where it was, until it is interrupted or done. */
async function train(run: Run, { beforeStep, saveFreq = 'epoch', changes = {}, data = training(), more }: Interruption = {}) {
  const model = tinyModel({ dropout: 0.3, batchNormalization: true });
  const before = memory().numTensors;
  const death = {
    name: 'death',
    onTrainBatchBegin(_context: unknown, step: number) {
      if (step === beforeStep) throw new Error('interrupted');
    },
  };
  const callbacks = [
    death,
    ...(more?.() ?? [learningRateScheduler.create(learningRateScheduler.defaults, run)]),
    earlyStopping.create({ ...earlyStopping.defaults, patienceEpochs: 4 }, run),
    modelCheckpoint.create({ ...modelCheckpoint.defaults, saveTopK: 2 }, run),
    csvLogger.create(csvLogger.defaults, run),
    backupAndRestore.create({ ...backupAndRestore.defaults, saveFreq }, run),
  ];
  const last = lastCheckpointPath(run);
  const trainer = new Trainer(model, { ...options, callbacks, ...(existsSync(last) && { resumeFrom: last }), ...changes });
  try {
    await trainer.fit(data, validation());
    return trainer.history;
  } catch (error) {
    if ((error as Error).message !== 'interrupted') throw error;
    return undefined;
  } finally {
    expect(memory().numTensors).toBe(before);
    model.dispose();
  }
}

/** What must be equal to the bit: every byte on disk but the times that passed. */
async function left(run: Run) {
  const log = readFileSync(run.path('log.csv'), 'utf8').replaceAll(/(,[^,\n]*){2}$/gm, '');
  const { training, ...last } = await readSavedTraining(lastCheckpointPath(run));
  const { callbacks, ...rest } = training;
  const { csvLogger: _times, ...states } = callbacks;
  return { log, last, training: rest, states, best: readFileSync(run.path('checkpoints', 'best.safetensors')) };
}

async function unbroken(how: Interruption = {}) {
  const run = emptyRun();
  const history = await train(run, how);
  return { history, left: await left(run) };
}

describe('a training that goes on', () => {
  it('ends with the bits of one that was never interrupted, wherever it was interrupted', async () => {
    const whole = await unbroken();
    for (const saveFreq of ['epoch', 1, 3] as const) {
      const run = emptyRun();
      for (const beforeStep of [2, 4, 7, 8, 15, 19]) await train(run, { beforeStep, saveFreq });
      expect(await train(run, { saveFreq })).toEqual(whole.history);
      expect(await left(run)).toEqual(whole.left);
    }
  });

  it.each<[string, () => Callback[]]>([
    ['moving averages', () => [swapEMAWeights.create({ emaMomentum: 0.8 }, undefined)]],
    ['averages of the last epochs', () => [stochasticWeightAveraging.create({ startShare: 0.2 }, undefined)]],
    ['gradients that are being added up', () => [gradientAccumulationScheduler.create({ scheduling: { 0: 3 } }, undefined)]],
    ['a plateau', () => [reduceLROnPlateau.create({ ...reduceLROnPlateau.defaults, patienceEpochs: 1, minDelta: 1 }, undefined)]],
  ])('carries %s', async (_, more) => {
    const whole = await unbroken({ more });
    const run = emptyRun();
    for (const beforeStep of [2, 6, 9, 16, 18]) await train(run, { beforeStep, saveFreq: 1, more });
    expect(await train(run, { saveFreq: 1, more })).toEqual(whole.history);
    expect(await left(run)).toEqual(whole.left);
  });

  it('goes on in the middle of an epoch, with the batches that are left', async () => {
    const run = emptyRun();
    await train(run, { beforeStep: 7, saveFreq: 1 });
    const { training: saved } = await readSavedTraining(lastCheckpointPath(run));
    expect(saved).toMatchObject({ epoch: 1, stepInEpoch: 3, step: 7 });
    expect((await readSavedTraining(previousCheckpointPath(run))).training).toMatchObject({ epoch: 1, stepInEpoch: 2 });
    const data = training();
    const asked: unknown[] = [];
    const spy = { features: data.features, length: 64, steps: 4, batchSize: 16 };
    const epoch: TrainingData['epoch'] = (number, start) => {
      asked.push([number, start?.fromStep]);
      return data.epoch(number, start);
    };
    await train(run, { data: { ...spy, epoch }, beforeStep: 9 });
    expect(asked).toEqual([
      [1, 3],
      [2, 0],
    ]);
  });

  it('begins an epoch again where its data or a metric allow no other way', async () => {
    const data = training();
    const once = { features: data.features, length: 64, steps: 4, batchSize: 16, epoch: data.epoch.bind(data), resumesAtEpochsOnly: true };
    const run = emptyRun();
    await train(run, { beforeStep: 6, saveFreq: 1, data: once });
    expect((await readSavedTraining(lastCheckpointPath(run))).training).toMatchObject({ epoch: 1, stepInEpoch: 0 });
    const ownMetric = { name: 'own', higherIsBetter: true, accumulator: () => ({ update() {}, result: () => 1, reset() {} }) };
    const other = emptyRun();
    await train(other, { beforeStep: 6, saveFreq: 1, changes: { metrics: [ownMetric] } });
    expect((await readSavedTraining(lastCheckpointPath(other))).training).toMatchObject({ epoch: 1, stepInEpoch: 0 });
  });

  it('trains on for more epochs, also after it was stopped', async () => {
    const run = emptyRun();
    await train(run, { changes: { epochs: 2 } });
    const history = await train(run, { changes: { epochs: 3 } });
    expect(history).toHaveLength(3);
    expect(await train(run, { changes: { epochs: 3 } })).toHaveLength(3);
    await expect(train(run, { changes: { epochs: 1 } })).rejects.toThrow('training.epochs is 1, but 3 epochs are done already.');
  });

  it('refuses another model, other data, another seed', async () => {
    const run = emptyRun();
    await train(run, { beforeStep: 5 });
    await expect(train(run, { data: pointLoader(48) })).rejects.toThrow(
      'It was interrupted with 64 training samples, now there are 48: it cannot go on where it was.',
    );
    await expect(train(run, { changes: { seed: 4 } })).rejects.toThrow('It was begun with seed 3, now it is 4');
    const model = tinyModel({ dropout: 0.2, batchNormalization: true });
    const trainer = new Trainer(model, { ...options, resumeFrom: lastCheckpointPath(run) });
    await expect(trainer.fit(training(), validation())).rejects.toThrow(
      'The checkpoint is of another model. First difference: layer dropout1: rate is 0.2, saved is 0.3.',
    );
    model.dispose();
  });

  it('refuses a damaged checkpoint, and offers the one before', async () => {
    const run = emptyRun();
    await train(run, { beforeStep: 9 });
    const last = lastCheckpointPath(run);
    const bytes = readFileSync(last);
    for (const damaged of [bytes.subarray(0, 900), flipped(bytes)]) {
      writeFileSync(last, damaged);
      const error = await train(run).catch((one: Error) => one.message);
      expect(error).toMatch(
        /last\.safetensors cannot be used\. .* The one before, saved after epoch 1, is whole\. Go on from it: npm run train/,
      );
      expect(error).toMatch(/resume=.*checkpoints\/previous\.safetensors$/);
    }
    rmSync(previousCheckpointPath(run));
    await expect(train(run)).rejects.toThrow('Begin anew: npm run train');
  });
});

/** One bit of the last tensor is another. */
function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 3] ^= 1;
  return copy;
}

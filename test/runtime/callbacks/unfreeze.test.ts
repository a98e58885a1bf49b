import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import { backupAndRestore, type Callback, unfreeze } from '../../../src/callbacks/index.ts';
import { lastCheckpointPath } from '../../../src/checkpoint/index.ts';
import { freezeLayers } from '../../../src/layers/index.ts';
import { runAt } from '../../../src/runs/create-run.ts';
import { Trainer, type TrainerOptions } from '../../../src/training/trainer.ts';
import { pointLoader, tinyModel } from '../training/tiny-training.ts';

beforeAll(useBackend);

const options = { epochs: 3, loss: 'sparseCategoricalCrossentropy', optimizer: 'adam', restoreBestWeights: false } satisfies TrainerOptions;
const valuesOf = (model: ReturnType<typeof tinyModel>) =>
  Object.fromEntries(model.weights.map((weight) => [weight.originalName, Array.from(weight.read().dataSync())]));

/** Trains with the layers `dense1` and `norm1` frozen, and tells the weights before each epoch and at the end. */
async function trainFrozen(callbacks: readonly Callback[], changes: Partial<TrainerOptions> = {}) {
  const before = memory().numTensors;
  const model = tinyModel({ batchNormalization: true });
  freezeLayers(model, ['dense1', 'norm1']);
  const weights: ReturnType<typeof valuesOf>[] = [];
  const watch: Callback = { name: 'watch', onEpochBegin: ({ model: trained }) => void weights.push(valuesOf(trained as typeof model)) };
  await new Trainer(model, { ...options, ...changes, callbacks: [...callbacks, watch] }).fit(pointLoader(64));
  weights.push(valuesOf(model));
  model.dispose();
  expect(memory().numTensors).toBe(before);
  return weights;
}

describe('unfreeze', () => {
  test('trains frozen layers from its epoch on; before they stay as they are, moving averages too', async () => {
    const [start, second, third, end] = await trainFrozen([unfreeze.create({ layers: '*', epoch: 3 }, undefined)]);
    for (const name of Object.keys(start)) {
      if (name.startsWith('dense2')) expect(second[name]).not.toEqual(start[name]);
      else {
        expect([name, third[name]]).toEqual([name, start[name]]);
        expect([name, end[name]]).not.toEqual([name, start[name]]);
      }
    }
  });

  test('a resumed training unfreezes again and ends with the same bits', async () => {
    const root = mkdtempSync(join(tmpdir(), 'unfreeze-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const run = runAt({
      id: 'one',
      folder: root,
      root,
      kind: 'train',
      switches: { fastDevRun: false, overfitBatches: 0 },
      config: {} as never,
    });
    const callbacks = () => [
      unfreeze.create({ layers: ['dense1', 'norm*'], epoch: 2 }, undefined),
      backupAndRestore.create({ ...backupAndRestore.defaults, saveFreq: 'epoch' }, run),
    ];
    const whole = await trainFrozen([unfreeze.create({ layers: '*', epoch: 2 }, undefined)], { epochs: 4 });
    await trainFrozen(callbacks(), { epochs: 3 });
    const resumed = await trainFrozen(callbacks(), { epochs: 4, resumeFrom: lastCheckpointPath(run) });
    expect(resumed.at(-1)).toEqual(whole.at(-1));
  });

  test('says before the first step that a layer is not there', async () => {
    const model = tinyModel();
    const callbacks = [unfreeze.create({ layers: 'dens1', epoch: 9 }, undefined)];
    await expect(new Trainer(model, { ...options, callbacks }).fit(pointLoader(16))).rejects.toThrow(
      'callbacks.unfreeze.layers names "dens1", but the model has no such layer. Did you mean dense1?',
    );
    model.dispose();
  });
});

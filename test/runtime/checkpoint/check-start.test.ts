import { mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkStart } from '../../../src/checkpoint/check-start.ts';
import { saveCheckpoint } from '../../../src/checkpoint/index.ts';
import { createModel, mlp } from '../../../src/models/index.ts';
import { testConfig } from '../runs/test-config.ts';
import { pointFeatures } from '../training/tiny-training.ts';

const root = mkdtempSync(join(tmpdir(), 'check-start-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(async () => {
  await setBackend('cpu');
  const model = createModel(mlp, { hidden: [4, 4] }, pointFeatures, 0);
  for (const name of ['whole', 'cut']) {
    await saveCheckpoint(join(root, `${name}.safetensors`), { model, features: pointFeatures, epoch: 0, logs: {} });
  }
  truncateSync(join(root, 'cut.safetensors'), 300);
  model.dispose();
});

/** The checkpoint is all it knows: no data was read. */
const check = (given: Partial<Record<string, unknown>>) => {
  const { freeze, unfreeze, rates, weights }: typeof given = { weights: 'whole.safetensors', ...given };
  const { model, training } = testConfig;
  const optimizer = { ...training.optimizer, learningRateMultipliers: rates ?? {} };
  const callbacks = unfreeze ? { unfreeze: { layers: unfreeze, epoch: 2 } } : {};
  checkStart({ ...testConfig, model: { ...model, weights, freeze }, training: { ...training, optimizer }, callbacks } as never, root);
};

describe('checkStart', () => {
  it('lets pass what the saved layers have, and everything where no weights are named', () => {
    check({ freeze: 'dense1,dense2', unfreeze: ['dense*'], rates: { dense1: 0.1, '*/bias': 2 } });
    check({ weights: undefined, freeze: 'nobody knows yet' });
  });

  it.each([
    { given: { weights: 'gone.safetensors' }, message: 'model.weights=gone.safetensors: there is no such file.' },
    { given: { weights: 'cut.safetensors' }, message: 'cut.safetensors cannot be used.' },
    { given: { freeze: 'dnse*' }, message: 'model.freeze names "dnse*", but the model has no such layer. Did you mean dense*?' },
    { given: { unfreeze: 'dense9' }, message: 'callbacks.unfreeze.layers names "dense9", but the model has no such layer.' },
    {
      given: { rates: { 'conv*': 0.1 } },
      message: 'training.optimizer.learningRateMultipliers: "conv*" fits no layer. Known: dense1, dense2, dense3',
    },
  ])('refuses $given', ({ given, message }) => {
    expect(() => check(given)).toThrow(message);
  });
});

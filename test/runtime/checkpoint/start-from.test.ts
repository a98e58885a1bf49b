import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCheckpoint, saveCheckpoint, startFactsOf, startFrom } from '../../../src/checkpoint/index.ts';
import type { Features } from '../../../src/data/features.ts';
import { createModel, mlp } from '../../../src/models/index.ts';
import { createRun } from '../../../src/runs/create-run.ts';
import { testConfig } from '../runs/test-config.ts';

const root = mkdtempSync(join(tmpdir(), 'start-from-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const features = (outputs: number): Features => ({
  task: 'classification',
  inputShape: [3],
  outputs,
  outputNames: Array.from({ length: outputs }, (_, i) => `class ${i}`),
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
});
const build = (outputs: number, { seed = 0, hidden = [4, 5] } = {}) => createModel(mlp, { hidden }, features(outputs), seed);
const values = (model: LayersModel) =>
  Object.fromEntries(model.weights.map((weight) => [weight.originalName, Array.from(weight.read().dataSync())]));

let saved: Record<string, number[]>;
beforeAll(async () => {
  await setBackend('cpu');
  const model = build(6, { seed: 1 });
  saved = values(model);
  await saveCheckpoint(join(root, 'kept/six.safetensors'), { model, features: features(6), epoch: 2, logs: {} });
  model.dispose();
});

describe('startFrom', () => {
  test('takes over every weight of the same model', () => {
    const model = build(6);
    startFrom(model, { weights: 'kept/six.safetensors' }, root);
    expect(values(model)).toEqual(saved);
    expect(startFactsOf(model)).toEqual([['weights', 'kept/six.safetensors, epoch 3', 'all layers']]);
    model.dispose();
  });

  test('keeps the drawn weights of the last layer where it has other classes, and says so', () => {
    const model = build(2);
    const drawn = values(model);
    startFrom(model, { weights: 'kept/six.safetensors', freeze: 'dense1' }, root);
    const fitted = Object.fromEntries(Object.entries(saved).filter(([name]) => !name.startsWith('dense3')));
    expect(values(model)).toEqual({ ...drawn, ...fitted });
    expect(startFactsOf(model)).toEqual([
      ['weights', 'kept/six.safetensors, epoch 3', 'dense3 is new: it was [5, 6], it is [5, 2]'],
      ['frozen', 'dense1', '1 of 3 layers, 16 weights stay as they are'],
    ]);
    model.dispose();
  });

  test('names the first layer that differs where it is another model, and changes nothing', () => {
    const model = build(6, { hidden: [4, 7] });
    const drawn = values(model);
    expect(() => startFrom(model, { weights: 'kept/six.safetensors' }, root)).toThrow(
      'model.weights=kept/six.safetensors: The saved weights are those of another model. First difference: layer dense2: the model has the weight kernel [4,7], saved is [4,5].',
    );
    expect(values(model)).toEqual(drawn);
    model.dispose();
    const deeper = build(6, { hidden: [4, 5, 5] });
    expect(() => startFrom(deeper, { weights: 'kept/six.safetensors' }, root)).toThrow(
      'First difference: layer dense3: the model has the weight kernel [5,5]',
    );
    deeper.dispose();
  });

  test('takes the best checkpoint of a run by a part of its id, and says where a run has none', async () => {
    const { run } = createRun({ root, config: testConfig });
    const model = build(6);
    expect(() => startFrom(model, { weights: run.id }, root)).toThrow(`model.weights=${run.id}: the run ${run.id} has no runs/`);
    const from = build(6, { seed: 1 });
    await saveCheckpoint(run.path('checkpoints', 'best.safetensors'), { model: from, features: features(6), epoch: 0, logs: {} });
    startFrom(model, { weights: run.id.slice(-4) }, root);
    expect(values(model)).toEqual(saved);
    from.dispose();
    model.dispose();
  });

  test('refuses what is no run, no file and no checkpoint', () => {
    const model = build(6);
    mkdirSync(join(root, 'broken'), { recursive: true });
    writeFileSync(join(root, 'broken/file.safetensors'), 'nothing');
    expect(() => startFrom(model, { weights: 'broken/file.safetensors' }, root)).toThrow(/^broken\/file.safetensors cannot be used/);
    expect(() => startFrom(model, { weights: 'kept/five.safetensors' }, root)).toThrow(
      'model.weights=kept/five.safetensors: there is no such file.',
    );
    expect(() => startFrom(model, { weights: 'no-such-run' }, root)).toThrow('There is no run "no-such-run".');
    model.dispose();
  });
});

test('a saved model does not keep what was frozen', async () => {
  const model = build(6);
  startFrom(model, { freeze: 'dense1' }, root);
  await saveCheckpoint(join(root, 'frozen.safetensors'), { model, features: features(6), epoch: 0, logs: {} });
  const { model: loaded } = await loadCheckpoint(join(root, 'frozen.safetensors'));
  expect(model.trainableWeights).toHaveLength(4);
  expect(loaded.trainableWeights).toHaveLength(6);
  model.dispose();
  loaded.dispose();
});

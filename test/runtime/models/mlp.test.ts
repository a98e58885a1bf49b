import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, norm, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { loadCheckpoint, saveCheckpoint } from '../../../src/checkpoint/index.ts';
import { packModel, pruneUnits } from '../../../src/compression/index.ts';
import { loadLayersModel } from '../../../src/compression/load-layers-model.ts';
import { resolveConfig } from '../../../src/config/resolve-config.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { importTfjs, toTfjs } from '../../../src/export/index.ts';
import { layerOptions } from '../../../src/layers/layer-options.ts';
import { createModel, mlp } from '../../../src/models/index.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { input, parts } from '../config/parts.ts';
import { expectRoundTrip } from '../export/onnx-round-trip.ts';
import { pointFeatures, pointLoader } from '../training/tiny-training.ts';

let folder: string;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  folder = mkdtempSync(join(tmpdir(), 'mlp-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** The greatest length of the weights that lead to a unit of the hidden layers. */
function longest(model: LayersModel): number {
  const kernels = model.layers.filter((layer) => /^dense[12]$/.test(layer.name)).map((layer) => layer.getWeights()[0]);
  return tidy(() => Math.max(...kernels.flatMap((kernel) => Array.from((norm(kernel, 2, 0) as Tensor).dataSync()))));
}

async function trained(model: LayersModel): Promise<LayersModel> {
  const trainer = new Trainer(model, {
    epochs: 3,
    loss: 'sparseCategoricalCrossentropy',
    optimizer: { name: 'adam', learningRate: 0.1 },
  });
  await trainer.fit(pointLoader(64));
  return model;
}

describe('mlp', () => {
  test.each(layerOptions.activation.options)('with %s runs in the engine, and goes to ONNX and back', async (activation) => {
    await expectRoundTrip({
      name: activation,
      features: pointFeatures,
      build: () => createModel(mlp, { hidden: [6, 5], activation }, pointFeatures, 1),
    });
  });

  test('draws its weights as each initializer says', () => {
    const drawn = layerOptions.kernelInitializer.options.map((kernelInitializer) => {
      const model = createModel(mlp, { hidden: [40], kernelInitializer }, pointFeatures, 1);
      const values = Array.from(model.getWeights()[0].dataSync());
      model.dispose();
      return values;
    });
    expect(new Set(drawn.map(String)).size).toBe(drawn.length);
    expect(drawn.flat().every(Number.isFinite)).toBe(true);
  });

  test('keeps its weights below maxNorm in training, and after a checkpoint', async () => {
    const free = await trained(createModel(mlp, { hidden: [6, 5] }, pointFeatures, 1));
    expect(longest(free)).toBeGreaterThan(0.5);
    free.dispose();
    const options = { hidden: [6, 5], maxNorm: 0.5, dropout: 0.1 };
    const model = await trained(createModel(mlp, options, pointFeatures, 1));
    expect(longest(model)).toBeLessThanOrEqual(0.5 * (1 + 1e-5));
    expect(longest(model)).toBeGreaterThan(0.4);
    const path = join(folder, 'limited.safetensors');
    await saveCheckpoint(path, { model, features: pointFeatures, epoch: 0, logs: {} });
    const { model: loaded } = await loadCheckpoint(path);
    expect(loaded.getWeights().map((weight) => weight.dataSync())).toEqual(model.getWeights().map((weight) => weight.dataSync()));
    expect(longest(await trained(loaded))).toBeLessThanOrEqual(0.5 * (1 + 1e-5));
    model.dispose();
    loaded.dispose();
  });

  test('keeps the limit when units are removed; packed files and exports, which are not trained, leave it out', async () => {
    const model = createModel(mlp, { hidden: [8, 8], maxNorm: 0.5, activation: 'tanh' }, pointFeatures, 1);
    const limitOf = (one: LayersModel) => one.getLayer('dense1').getConfig().kernelConstraint;
    const limit = limitOf(model);
    expect(limit).toEqual({ className: 'MaxNorm', config: { maxValue: 0.5, axis: 0 } });
    const packed = await loadLayersModel(await packModel(model, { features: pointFeatures }));
    const imported = await importTfjs(await toTfjs(model, { features: pointFeatures }));
    expect([limitOf(packed.model), limitOf(imported.model)]).toEqual([null, null]);
    const technique = pruneUnits({ ratio: 0.5 });
    const context = { model, features: pointFeatures, random: new RandomStream(0), note: () => {} };
    technique.check?.(context, { steps: [technique], index: 0 });
    const smaller = (await technique.rewrite?.(context)) as LayersModel;
    expect(smaller.countParams()).toBeLessThan(model.countParams());
    expect(limitOf(smaller)).toEqual(limit);
    for (const one of new Set([model, packed.model, imported.model, smaller])) one.dispose();
  });

  test('refuses names and numbers that cannot be, before anything is built', () => {
    const project = { ...parts, models: [mlp] } as const;
    const problem = (key: string, value: string) => {
      try {
        resolveConfig(project, { ...input, model: { name: 'mlp' } }, [[`model.${key}`, value]]);
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    };
    expect(problem('activation', 'gleu')).toMatch(/model\.activation must be .*relu/);
    expect(problem('kernelInitializer', 'glorot')).toMatch(/model\.kernelInitializer must be .*glorotUniform/);
    expect(problem('maxNorm', '-1')).toMatch(/model\.maxNorm must be .*0/);
    expect(problem('dropout', '1')).toMatch(/model\.dropout must be .*1/);
  });
});

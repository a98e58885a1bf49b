import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { sequential } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { exportTfjs, toTfjs } from '../../../src/export/index.ts';
import { GRU } from '../../../src/layers/gru.ts';
import { layers } from '../../../src/layers/index.ts';
import { netOf } from '../compression/small-nets.ts';
import { catalogNets, image, otherNets, pictures, shaken, someCatalogNets } from './nets.ts';
import { expectTfjsRuns } from './tfjs-process.ts';

let folder: string;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  folder = mkdtempSync(join(tmpdir(), 'dl-tfjs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

it('writes models that tfjs alone loads, in every precision', async () => {
  await expectTfjsRuns(folder, [...someCatalogNets, ...otherNets]);
});

it('writes a folder, and says how large it is', async () => {
  const model = catalogNets[0].build();
  const { sizeBytes } = await exportTfjs(model, join(folder, 'in', 'between'), { precision: 'uint8' });
  const sizes = readdirSync(join(folder, 'in', 'between')).map((name) => statSync(join(folder, 'in', 'between', name)).size);
  expect(sizes.reduce((a, b) => a + b)).toBe(sizeBytes);
  expect(sizeBytes).toBeLessThan(450_000); // 431,080 weights
  model.dispose();
});

it('cuts weights into files of 4 MB and says what the model knows of its data', async () => {
  const features = { ...pictures, inputShape: [1200] };
  const model = netOf(() => [layers.dense({ inputShape: [1200], units: 1000 }), layers.dense({ units: 10 })], features);
  const files = await toTfjs(model, { features, metrics: { val_accuracy: 0.5 } });
  expect([...files].map(([name, { length }]) => [name, length]).slice(0, -1)).toEqual([
    ['group1-shard1of2.bin', 4 * 2 ** 20],
    ['group1-shard2of2.bin', 4 * (1201 * 1000 + 1001 * 10) - 4 * 2 ** 20],
  ]);
  const json = JSON.parse(new TextDecoder().decode(files.get('model.json')));
  expect(json.userDefinedMetadata).toEqual({ features, metrics: { val_accuracy: 0.5 } });
  model.dispose();
});

it('keeps zeros exactly 0 with whole numbers, and stores biases as they are', async () => {
  const model = await shaken(netOf(() => [layers.flatten({ inputShape: [9, 7, 3] }), layers.dense({ units: 3 })], image));
  const files = await toTfjs(model, { precision: 'uint8' });
  const json = JSON.parse(new TextDecoder().decode(files.get('model.json')));
  const [kernel, bias] = json.weightsManifest[0].weights;
  expect(Math.abs(kernel.quantization.min / kernel.quantization.scale) % 1).toBeCloseTo(0, 9);
  expect(bias.quantization).toBeUndefined();
  model.dispose();
});

it('refuses a layer that tfjs alone does not have', async () => {
  const model = netOf(() => [layers.signActivation({ inputShape: [9, 7, 3] }), layers.flatten(), layers.dense({ units: 3 })], image);
  await expect(toTfjs(model)).rejects.toThrow('The layer sign1 is of the class SignActivation, which tfjs alone does not have.');
  const resets = sequential({ layers: [new GRU({ units: 2, resetAfter: true, inputShape: [4, 3], name: 'gru' })] });
  await expect(toTfjs(resets, { features: image })).rejects.toThrow(
    'The layer gru resets behind its product (reset_after), which tfjs alone does not have.',
  );
  resets.dispose();
  model.dispose();
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { exportTfjs, type TfjsFiles, type TfjsPrecision, toTfjs } from '../../../src/export/index.ts';
import { layers } from '../../../src/layers/index.ts';
import { netOf } from '../compression/small-nets.ts';
import { catalogNets, image, largestDifference, otherNets, pictures, randomInputs, shaken, tfjsOutputs } from './nets.ts';

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

/** What a process of its own, which knows only tfjs, computes with the models in `folder/<name>`. */
function runInTfjs(cases: readonly { readonly name: string; readonly inputs: Float32Array }[]): Float32Array[] {
  cases.forEach(({ inputs }, i) => void writeFileSync(join(folder, `${i}.in`), inputs));
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases.map(({ name }, i) => [name, `${i}.in`, `${i}.out`])));
  execFileSync(process.execPath, [join(import.meta.dirname, 'run-tfjs.mjs'), folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return cases.map((_, i) => new Float32Array(new Uint8Array(readFileSync(join(folder, `${i}.out`))).buffer));
}

function write(path: string, files: TfjsFiles): void {
  mkdirSync(path);
  for (const [name, bytes] of files) writeFileSync(join(path, name), bytes);
}

it('writes models that tfjs alone loads: every model of the catalogue, and every precision', async () => {
  const limits: Record<TfjsPrecision, number> = { float32: 1e-5, float16: 1e-2, uint16: 1e-3, uint8: 0.2 };
  const cases: { name: string; inputs: Float32Array; expected: Float32Array; limit: number }[] = [];
  for (const { name, features, build } of [...catalogNets, ...otherNets]) {
    const model = await shaken(build());
    const inputs = randomInputs(features, 2);
    const expected = await tfjsOutputs(model, features, inputs);
    const packed = await packModel(model, { features, metrics: { val_accuracy: 0.5 } });
    for (const [precision, limit] of Object.entries(limits) as [TfjsPrecision, number][]) {
      if (/16$/.test(precision) && name !== 'mobilenet') continue; // all four precisions for one of them
      const case_ = `${name} ${precision}`;
      write(join(folder, case_), await toTfjs(precision === 'float32' ? model : packed, { precision }));
      cases.push({ name: case_, inputs, expected, limit });
    }
    model.dispose();
  }
  const outputs = runInTfjs(cases);
  const differences = outputs.map((one, i) => ({ name: cases[i].name, difference: largestDifference(one, cases[i].expected) }));
  expect(differences.filter(({ difference }, i) => !(difference < cases[i].limit))).toEqual([]);
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
  model.dispose();
});

import '@tensorflow/tfjs-backend-wasm';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, randomNormal, setBackend, sum, type Tensor, tensor1d, tidy, variableGrads } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerWasmKernels } from '../../src/backend/wasm/index.ts';
import { loadCheckpoint, saveCheckpoint } from '../../src/checkpoint/index.ts';
import { packModel, pruneUnits } from '../../src/compression/index.ts';
import { RandomStream } from '../../src/core/random.ts';
import type { Features } from '../../src/data/features.ts';
import { loadModel } from '../../src/inference/load-model.ts';
import { trainableVariables } from '../../src/layers/index.ts';
import { sparseCategoricalCrossentropy } from '../../src/losses/index.ts';
import { catalogModels, createModel, type ModelDefinition } from '../../src/models/index.ts';
import { summarize } from '../../src/models/summarize.ts';
import { adam } from '../../src/optimizers/index.ts';

const digits: Features = {
  task: 'classification',
  inputShape: [28, 28, 1],
  outputs: 10,
  outputNames: [...'0123456789'],
  preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
};
const definitions = catalogModels as readonly ModelDefinition[];
const source = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'models-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  await setBackend('wasm');
  await registerWasmKernels(); // tfjs' own wasm kernels do not train convolutions
});

describe.each(definitions)('model $name', (definition) => {
  test('is named like its file, and its options survive JSON', () => {
    expect(existsSync(new URL(`../../src/models/${definition.name}.ts`, import.meta.url))).toBe(true);
    expect(JSON.parse(JSON.stringify(definition.defaults))).toEqual(definition.defaults);
  });

  test('starts with the same weights whatever was built before, and with others for another seed', () => {
    const before = memory().numTensors;
    const weightsOf = (seed: number) => {
      const model = createModel(definition, {}, digits, seed);
      const weights = model.getWeights().map((weight) => Array.from(weight.dataSync().subarray(0, 50)));
      model.dispose();
      return weights;
    };
    const first = weightsOf(0);
    expect(weightsOf(1)).not.toEqual(first);
    expect(weightsOf(0)).toEqual(first);
    expect(first.every((values) => values.every(Number.isFinite))).toBe(true);
    expect(memory().numTensors).toBe(before);
  });

  test('gives probabilities, ends in a softmax layer and learns a batch', () => {
    const before = memory().numTensors;
    const model = createModel(definition, {}, digits, 0);
    expect(model.name).toBe(definition.name);
    expect(model.layers[model.layers.length - 1].getClassName()).toBe('Softmax');
    const optimizer = adam.create(adam.defaults);
    const loss = sparseCategoricalCrossentropy.create({});
    tidy(() => {
      const inputs = randomNormal([2, 28, 28, 1], 0, 1, 'float32', 1);
      const targets = tensor1d([3, 1], 'int32');
      const value = () => loss.compute(targets, model.apply(inputs, { training: true }) as Tensor);
      const start = value().dataSync()[0];
      for (let step = 0; step < 3; step++) {
        tidy(() => optimizer.applyGradients(trainableVariables(model), variableGrads(value, trainableVariables(model)).grads));
      }
      expect(value().dataSync()[0]).toBeLessThan(start);
      const rowSums = sum(model.apply(inputs) as Tensor, 1).dataSync();
      rowSums.forEach((rowSum) => {
        expect(rowSum).toBeCloseTo(1, 5);
      });
    });
    optimizer.dispose();
    model.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('comes back from a checkpoint with its layers and every bit of its weights', async () => {
    const before = memory().numTensors;
    const model = createModel(definition, {}, digits, 0);
    const path = join(folder, `${definition.name}.safetensors`);
    await saveCheckpoint(path, { model, features: digits, epoch: 0, logs: {} });
    const { model: loaded } = await loadCheckpoint(path);
    expect(loaded.layers.map(({ name }) => name)).toEqual(model.layers.map(({ name }) => name));
    tidy(() => {
      const images = randomNormal([2, 28, 28, 1], 0, 1, 'float32', 1);
      expect((loaded.predict(images) as Tensor).dataSync()).toEqual((model.predict(images) as Tensor).dataSync());
    });
    model.dispose();
    loaded.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('loses half of its units, computes less and runs in the engine', async () => {
    const before = memory().numTensors;
    const model = createModel(definition, {}, digits, 0);
    const technique = pruneUnits({ ratio: 0.5, roundTo: 4 });
    const context = { model, features: digits, random: new RandomStream(0), note: () => {} };
    technique.check?.(context, { steps: [technique], index: 0 });
    const smaller = (await technique.rewrite?.(context)) as LayersModel;
    const [cost, costBefore] = [summarize(smaller).multiplyAccumulates, summarize(model).multiplyAccumulates];
    expect(cost).toBeLessThan(0.6 * costBefore);
    const engine = await loadModel(await packModel(smaller, { features: digits }));
    tidy(() => {
      const images = randomNormal([2, 28, 28, 1], 0, 1, 'float32', 1);
      const expected = (smaller.predict(images) as Tensor).dataSync();
      expect(expected.every(Number.isFinite)).toBe(true);
      const got = engine.compute(images.dataSync() as Float32Array);
      got.forEach((value, i) => void expect(Math.abs(value - expected[i])).toBeLessThan(1e-4));
    });
    model.dispose();
    smaller.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('either takes table rows, small images and numbers to predict, or says so before anything is kept', () => {
    const before = memory().numTensors;
    const others: Features[] = [
      { ...digits, inputShape: [4] },
      { ...digits, inputShape: [6, 6, 1] },
      { ...digits, task: 'regression', outputs: 1, outputNames: ['price'] },
    ];
    for (const features of others) {
      try {
        createModel(definition, {}, features, 0).dispose();
      } catch (error) {
        expect(error).toMatchObject({ name: 'DlError', code: 'shape', message: expect.stringMatching(/model\.name=mlp/) });
      }
    }
    expect(memory().numTensors).toBe(before);
  });

  test('stands in the template as in the catalogue, in at most 30 lines, but for where it imports from', () => {
    const ours = source(`src/models/${definition.name}.ts`);
    const theirs = source(`templates/app/src/models/${definition.name}.ts`);
    const withoutImports = (text: string) => text.replace(/^import .*\n/gm, '');
    expect(withoutImports(theirs)).toBe(withoutImports(ours));
    expect(theirs.match(/^import .*/gm)).toEqual([
      expect.stringMatching(/^import \{ [\w, ]+ \} from 'dl-project\/layers';$/),
      "import { defineModel } from 'dl-project/models';",
    ]);
    expect(theirs.split('\n').length - 1).toBeLessThanOrEqual(30);
  });
});

const counted = definitions.filter(({ name }) => /weights .*on 32x32x3/.test(source(`src/models/${name}.ts`)));
test.each(counted)('$name has as many weights as its docstring says', (definition) => {
  const [, said] = /([\d,]+) weights .*on 32x32x3/.exec(source(`src/models/${definition.name}.ts`))!;
  const model = createModel(definition, {}, { ...digits, inputShape: [32, 32, 3] }, 0);
  expect(model.countParams()).toBe(Number(said.replaceAll(',', '')));
  model.dispose();
});

test('every model file of the template is in the catalogue', () => {
  const files = readdirSync(new URL('../../templates/app/src/models/', import.meta.url));
  const models = files.filter((file) => !file.startsWith('index.')).map((file) => file.replace(/\.ts$/, ''));
  expect(models.sort()).toEqual(definitions.map(({ name }) => name).sort());
});

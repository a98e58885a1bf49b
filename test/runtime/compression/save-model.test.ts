import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { loadWeightsInto, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { huffmanCode } from '../../../src/compression/huffman-code.ts';
import { loadLayersModel } from '../../../src/compression/load-layers-model.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { saveModel } from '../../../src/compression/save-model.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { data, features, outputsOf, randomInputs, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

const folder = mkdtempSync(join(tmpdir(), 'dl-save-model-'));
let model: LayersModel;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  model = smallConvNet();
});
afterAll(() => {
  model.dispose();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** The net with dense1 rounded to whole multiples of one scale per unit, as quantization leaves it. */
async function quantizedNet() {
  const net = smallConvNet();
  const weights = new Map(await readWeights(net));
  const scales = Float32Array.from({ length: 24 }, (_, i) => 0.001 * (i + 1));
  const kernel = weights.get('dense1/kernel')!;
  const values = kernel.values.map((value, i) => Math.max(-127, Math.min(127, Math.round(value / scales[i % 24]))) * scales[i % 24] + 0);
  weights.set('dense1/kernel', { ...kernel, values });
  loadWeightsInto(net, { weights });
  return { net, quantization: new Map([['dense1/kernel', { bits: 8, scales, axis: 1 } as const]]) };
}

describe('saveModel', () => {
  it('writes what loadLayersModel gives back: weights to the bit, quantization, ranges, recipe', async () => {
    const path = join(folder, 'a/b/model.safetensors');
    const { net, quantization } = await quantizedNet();
    const told = { features, metrics: { val_accuracy: 0.5 }, recipe: [{ name: 'quantize', options: {} }], quantization };
    const { sizeBytes } = await saveModel(net, path, { ...told, activations: new Map([['conv1', { scale: 0.1, zeroPoint: 4 }]]) });
    expect(statSync(path).size).toBe(sizeBytes);
    const { model: loaded, ...rest } = await loadLayersModel(path);
    expect(rest).toEqual({ ...told, activations: new Map([['conv1', { scale: 0.1, zeroPoint: 4 }]]) });
    expect(await readWeights(loaded)).toEqual(await readWeights(net));
    expect(readModelFile(readFileSync(path)).stored.get('dense1/kernel')!.form).toMatch(/^int8/);

    await saveModel(loaded, path, { ...rest, optimizeFor: 'speed' });
    const again = readModelFile(readFileSync(path));
    expect([...again.stored.values()].map(({ form }) => form).join()).not.toMatch(/huffman|deflate/);
    expect(again.weights.get('dense1/kernel')!.quantization).toEqual(quantization.get('dense1/kernel'));
    for (const one of [net, loaded]) one.dispose();
  });

  it('gives a file that the engine runs', async () => {
    const path = join(folder, 'model.safetensors');
    const branched = smallBranchedNet();
    await saveModel(branched, path, { features });
    const expected = await outputsOf(branched);
    const got = (await loadModel(path)).compute(randomInputs());
    expect(Math.max(...got.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5);
    branched.dispose();
  });
});

it.each(['version-1', 'version-1-branched'])('both loaders run a file that an old release wrote: %s', async (name) => {
  const path = new URL(`../../expected/released/0.1.0/${name}.safetensors`, import.meta.url);
  const { model: loaded } = await loadLayersModel(path);
  const expected = await outputsOf(loaded);
  const got = (await loadModel(path)).compute(randomInputs());
  expect(Math.max(...got.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5);
  loaded.dispose();
});

describe('huffmanCode', () => {
  it('makes the file of a pruned model smaller and leaves its weights', async () => {
    const options = { ...training, data: { train: data.validation, validation: data.validation } };
    const result = await compressModel({ model, features }, pipeline([pruneWeights({ keep: 0.1 }), huffmanCode()]), options);
    const [, pruned, coded] = result.rows;
    expect(coded.fileBytes).toBeLessThan(pruned.fileBytes);
    expect(coded).toMatchObject({ step: 'huffman code', weightsKept: pruned.weightsKept, value: pruned.value });
    result.model.dispose();
  });

  it('takes only the coders that it is given', async () => {
    const { storedForms: forms } = huffmanCode({ coders: ['huffman'] });
    const { stored } = readModelFile(await packModel(model, { features, forms }));
    expect([...stored.values()].map(({ form }) => form).join()).toMatch(/huffman/);
    expect([...stored.values()].map(({ form }) => form).join()).not.toMatch(/deflate/);
  });

  it('is refused twice', async () => {
    const recipe = pipeline([huffmanCode(), huffmanCode()]);
    await expect(compressModel({ model, features }, recipe, { ...training, data: { train: data.validation } })).rejects.toThrow(
      'The recipe has huffmanCode twice',
    );
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { exportTfjs, importTfjs, type TfjsFiles, toTfjs } from '../../../src/export/index.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { engineNets, image, largestDifference, otherNets, randomInputs, shaken, someCatalogNets, tfjsOutputs } from './nets.ts';

let folder: string;
beforeAll(async () => {
  await useBackend();
  folder = mkdtempSync(join(tmpdir(), 'dl-import-tfjs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
/** Where tfjs itself gives up in the middle of a model, it keeps the weights that it decoded. */
function leaksNothing(): void {
  let tensors = 0;
  beforeEach(() => {
    tensors = memory().numTensors;
  });
  afterEach(() => expect(memory().numTensors).toBe(tensors));
}

describe('reads what exportTfjs wrote', () => {
  leaksNothing();
  const nets = [...someCatalogNets, ...engineNets.filter(({ name }) => !name.startsWith('signs')), ...otherNets];
  it.each(nets.map((net) => [net.name, net] as const))('%s', async (_, { features, build }) => {
    const model = await shaken(build());
    const inputs = randomInputs(features, 3);
    const expected = await tfjsOutputs(model, features, inputs);
    const imported = await importTfjs(await toTfjs(model, { features }));
    expect(imported.features).toEqual(features);
    expect(await tfjsOutputs(imported.model, features, inputs)).toEqual(expected);
    imported.model.dispose();
    const halves = await importTfjs(await toTfjs(model, { features, precision: 'uint16' }));
    expect(largestDifference(await tfjsOutputs(halves.model, features, inputs), expected)).toBeLessThan(2e-3);
    halves.model.dispose();
    model.dispose();
  });
});

describe('reads models of Keras 3 (keras/write_models.py)', () => {
  leaksNothing();
  it.each([
    ['chain', [9, 8, 2], 3],
    ['branches', [6, 6, 3], 2],
    ['sequences', [5, 6, 4], 3],
    ['resets', [6, 3], 3],
    ['nested', [6, 5, 3], 3],
    ['usual', [6, 5, 3], 3],
    ['batchless', [7, 6, 3], 3],
    ['blocks', [8, 6, 3], 3],
  ] as const)('%s', async (name, inputShape, classes) => {
    const { inputs, outputs } = JSON.parse(readFileSync(new URL(`keras/${name}.json`, import.meta.url), 'utf8'));
    const { model, features, notes } = await importTfjs(join(import.meta.dirname, 'keras', name), {
      outputNames: ['a', 'b', 'c'].slice(0, classes),
    });
    expect(largestDifference(await tfjsOutputs(model, features, Float32Array.from(inputs)), outputs)).toBeLessThan(1e-5);
    expect(features).toMatchObject({ task: 'classification', inputShape });
    expect(notes).toEqual([
      'The file says nothing of preprocessing: inputs are taken as they come. Give preprocessing (import --scale), as in its training.',
    ]);
    const engine = await loadModel(await packModel(model, { features }));
    expect(largestDifference(engine.compute(Float32Array.from(inputs)), outputs)).toBeLessThan(1e-5);
    model.dispose();
  });
});

describe('refuses', () => {
  let files: Map<string, Uint8Array>;
  beforeAll(async () => {
    const model = engineNets[0].build();
    files = new Map(await toTfjs(model, { features: image }));
    model.dispose();
  });

  type Json = { [key: string]: Json } & Json[];
  function changed(change: (json: Json) => void): TfjsFiles {
    const json = JSON.parse(new TextDecoder().decode(files.get('model.json')));
    change(json);
    return new Map([...files, ['model.json', new TextEncoder().encode(JSON.stringify(json))]]);
  }

  /** A model in place of the second layer. */
  function nested(config: object) {
    return (json: Json) =>
      Object.assign(json.modelTopology.config.layers[1], { class_name: 'Functional', config: { name: 'base', ...config } });
  }
  const ends = (first: string, last: string) => ({ input_layers: [[first, 0, 0]], output_layers: [[last, 0, 0]] });
  const inner = (name: string, source: string) => ({ class_name: 'ReLU', name, config: { name }, inbound_nodes: [[[source, 0, 0, {}]]] });
  function deep(levels: number): object {
    const entry = { class_name: 'InputLayer', name: 'i', config: { name: 'i' }, inbound_nodes: [] };
    const model = { ...inner('m', 'i'), class_name: 'Functional', config: { name: 'm', ...(levels > 0 ? deep(levels - 1) : {}) } };
    return { ...ends('i', 'm'), layers: [entry, model] };
  }

  it.each<[string, (json: Json) => void, string]>([
    ['a graph model', (json) => Object.assign(json, { format: 'graph-model' }), 'This is a graph model of tfjs, which has no layers.'],
    [
      'weights outside of the folder',
      (json) => Object.assign(json.weightsManifest[0], { paths: ['../secret.bin'] }),
      'its weights lie in "../secret.bin", which is no file beside model.json',
    ],
    [
      'weights at an address',
      (json) => Object.assign(json.weightsManifest[0], { paths: ['https://example.com/a.bin'] }),
      'which is no file beside model.json',
    ],
    [
      'a shape that the files do not hold',
      (json) => Object.assign(json.weightsManifest[0].weights[0], { shape: [1e6, 1e6] }),
      'Not a sound tfjs model: it lists the weight',
    ],
    [
      'too few bytes',
      (json) => Object.assign(json.weightsManifest[0].weights[0], { shape: [3, 2, 3, 6] }),
      'bytes, the files group1-shard1of1.bin have',
    ],
    [
      'a layer that wants a billion weights',
      (json) => Object.assign(json.modelTopology.config.layers[1].config, { filters: 1e9 }),
      'its layers want more weights than it holds, for example kernel [4,4,5,1000000000]',
    ],
    [
      'an unknown layer',
      (json) => Object.assign(json.modelTopology.config.layers[1], { class_name: 'Attention' }),
      'The model has a layer of the class Attention, which tfjs does not have.',
    ],
    ['grouped convolutions', (json) => Object.assign(json.modelTopology.config.layers[1].config, { groups: 2 }), 'it has 2 groups'],
    [
      'an activation that tfjs does not have',
      (json) => Object.assign(json.modelTopology.config.layers[1].config, { activation: 'hard_silu' }),
      'it has the activation "hard_silu", which tfjs does not have. Exported as ONNX it may be read',
    ],
    [
      'a dilated depthwise convolution',
      (json) =>
        Object.assign(json.modelTopology.config.layers[1], {
          class_name: 'DepthwiseConv2D',
          config: { name: 'dw', dilation_rate: [2, 2] },
        }),
      'cannot read the layer "dw": it is dilated, which tfjs leaves out.',
    ],
    ['a model inside of the model that says nothing', nested({ layers: [] }), 'a model does not say what it reads and gives'],
    [
      'a model inside of the model whose layers wait for each other',
      nested({ ...ends('b', 'a'), layers: [inner('a', 'b'), inner('b', 'a')] }),
      'its layers are not connected at "a"',
    ],
    [
      'a layer of a model inside of the model that is not there',
      nested({ ...ends('a', 'a'), layers: [inner('a', 'c')] }),
      'its layers are not connected at "c"',
    ],
    [
      'a layer that is called twice, beside a model',
      nested({ ...ends('i', 'a'), layers: [{ ...inner('a', 'i'), inbound_nodes: [[], []] }] }),
      'cannot read the layer "a": it is called several times, or never, beside a model of its own.',
    ],
    ['models in each other without end', nested(deep(10)), 'its models are in each other more than 8 times'],
    [
      'a model inside of a wrapper',
      (json) =>
        Object.assign(json.modelTopology.config.layers[1], {
          class_name: 'TimeDistributed',
          config: { name: 'times', layer: { class_name: 'Functional', config: { name: 'base', layers: [] } } },
        }),
      'cannot read the layer "base": it is a model inside of a layer.',
    ],
    [
      'a number that is divided by what the model computes',
      (json) =>
        Object.assign(json.modelTopology.config.layers[1], {
          ...{ class_name: 'TrueDivide', config: { name: 'divide' } },
          inbound_nodes: [{ args: [2, { class_name: '__keras_tensor__', config: {} }], kwargs: {} }],
        }),
      'cannot read the layer "divide": it divides a number by what the model computes.',
    ],
    [
      'a normalization that is turned round',
      (json) => Object.assign(json.modelTopology.config.layers[1], { class_name: 'Normalization', config: { name: 'n', invert: true } }),
      'cannot read the layer "n": it is inverted.',
    ],
    [
      'a mean of texts',
      (json) =>
        Object.assign(json.modelTopology.config.layers[1], {
          class_name: 'Normalization',
          config: { name: 'n', mean: ['a'], variance: [1] },
        }),
      'a normalization has a mean or a variance that are no numbers',
    ],
    [
      'numbers between layers',
      (json) => Object.assign(json.modelTopology.config.layers[1], { inbound_nodes: [{ args: [2], kwargs: {} }] }),
      'The model computes with the number 2 between its layers; importTfjs reads layers, such as Rescaling.',
    ],
    ['no layers', (json) => Object.assign(json, { modelTopology: null }), 'its topology is null'],
    [
      'a type that it does not know',
      (json) => Object.assign(json.weightsManifest[0].weights[0], { dtype: 'string' }),
      'has the type "string"; importTfjs reads float32',
    ],
  ])('%s', async (_, change, message) => {
    await expect(importTfjs(changed(change))).rejects.toThrow(message);
  });

  it('a folder without a model, and one without its weights', async () => {
    await expect(importTfjs(join(folder, 'nowhere'))).rejects.toThrow(
      'nowhere. A tfjs model is model.json and the files of weights beside it.',
    );
    const model = engineNets[0].build();
    await exportTfjs(model, join(folder, 'half'));
    model.dispose();
    rmSync(join(folder, 'half', 'group1-shard1of1.bin'));
    await expect(importTfjs(join(folder, 'half', 'model.json'))).rejects.toThrow('group1-shard1of1.bin');
    writeFileSync(join(folder, 'half', 'model.json'), '{');
    await expect(importTfjs(join(folder, 'half'))).rejects.toThrow('model.json is not JSON');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { memory } from '@tensorflow/tfjs-core';
import { model as functionalModel, input } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import type { topologyOf } from '../../../src/compression/surgery/topology.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { layers } from '../../../src/layers/index.ts';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { writeModelFile } from '../../../src/packed/write-model-file.ts';
import { netOf } from '../compression/small-nets.ts';

import { prices } from './sample-features.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

describe('loadModel', () => {
  let folder: string;
  let bytes: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dl-inference-'));
    const model = netOf(() => [layers.dense({ inputShape: [1], units: 1 })], prices);
    bytes = await packModel(model, { features: prices });
    model.dispose();
    await writeFile(join(folder, 'model.safetensors'), bytes);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('takes a path, a file address, a URL, and bytes', async () => {
    const path = join(folder, 'model.safetensors');
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    // A test runner with globals of its own has buffers that are no instances of ours.
    const foreign = runInNewContext('new ArrayBuffer(size)', { size: bytes.length }) as ArrayBuffer;
    new Uint8Array(foreign).set(bytes);
    const views = [new DataView(bytes.buffer, bytes.byteOffset, bytes.length), shared, shared.buffer, foreign] as never[];
    for (const source of [path, pathToFileURL(path), pathToFileURL(path).href, bytes, bytes.buffer, ...views]) {
      expect((await loadModel(source)).features.outputNames).toEqual(['price']);
    }
  });

  it.each<[unknown, string]>([
    [undefined, 'got undefined.'],
    ['', 'got an empty text.'],
    [new Blob(), 'got a value of the kind Blob. Its bytes: await blob.arrayBuffer().'],
    [new Response(), 'got a value of the kind Response. Its bytes: await response.arrayBuffer().'],
    [Promise.resolve(), 'got a value of the kind Promise. Wait for it: await.'],
    [[1, 2, 3], 'got a value of the kind Array. Of a list of bytes: Uint8Array.from(list).'],
  ])('refuses %s, which names no file', async (source, came) => {
    await expect(loadModel(source as string)).rejects.toMatchObject({
      code: 'usage',
      message: `A model is read from a path, an address or bytes; ${came}`,
    });
  });

  it('refuses options that there are not', async () => {
    await expect(loadModel(bytes, { worker: 2 } as object)).rejects.toThrow('loadModel has no option worker. Did you mean workers?');
    await expect(loadModel(bytes, { autotune: 'yes' } as object)).rejects.toThrow('autotune is "yes"; it is true, false or the choices');
  });

  it('takes a web address', async () => {
    const server = createServer((request, response) => (request.url === '/model' ? response.end(bytes) : response.writeHead(404).end()));
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const address = `http://localhost:${(server.address() as AddressInfo).port}`;
    expect((await loadModel(`${address}/model`)).features.outputNames).toEqual(['price']);
    await expect(loadModel(`${address}/other`)).rejects.toThrow('the server answers 404');
    await new Promise((resolve) => server.close(resolve));
    await expect(loadModel(`${address}/model`)).rejects.toThrow('Cannot fetch the model file');
  });

  it('says where there is no file, and which one is damaged', async () => {
    await expect(loadModel(join(folder, 'nothing'))).rejects.toThrow(/There is no model file .*nothing\. npm run compress writes one/);
    await writeFile(join(folder, 'cut.safetensors'), bytes.subarray(0, 100));
    await expect(loadModel(join(folder, 'cut.safetensors'))).rejects.toThrow(/cut\.safetensors: Not a sound safetensors file/);
  });

  type Change = { readonly class_name?: string; readonly config?: object };
  const changed: [string, Change, string][] = [
    [
      'a class it does not know',
      { class_name: 'ConvLSTM2D' },
      'The engine cannot run layer dense1: it is of the class ConvLSTM2D; known are Conv1D',
    ],
    ['two directions of nothing', { class_name: 'Bidirectional' }, 'there is no layer inside of it'],
    [
      'two directions of a layer that has none',
      { class_name: 'Bidirectional', config: { layer: { class_name: 'Dense', config: { name: 'inner' } } } },
      'it runs Dense in both directions',
    ],
    [
      'two directions that are not merged',
      { class_name: 'Bidirectional', config: { merge_mode: null, layer: { class_name: 'LSTM', config: { name: 'inner' } } } },
      'it has the merge mode null; known are concat, sum, ave, mul',
    ],
    ['a class named like a method', { class_name: 'toString' }, 'it is of the class toString'],
    ['units that do not fit the weights', { config: { units: 7 } }, 'its kernel has the shape [1,1], expected [1,7]'],
    ['softmax over an axis that is not there', { class_name: 'Softmax', config: { axis: 2 } }, 'its axis is 2 for 1 axes'],
    ['a layer that gives its state', { class_name: 'LSTM', config: { return_state: true } }, 'it keeps or gives its state (return_state)'],
    ['rows that stand for nothing', { class_name: 'Embedding', config: { mask_zero: true } }, 'it hides zeros from the layers behind it'],
    ['negative units', { config: { units: -1 } }, 'units is -1'],
    ['an unknown activation', { config: { activation: 'log_softmax' } }, 'it has the activation "log_softmax"'],
    ['another input shape', { config: { batch_input_shape: [null, 5] } }, 'it takes inputs [5], it gets [1]'],
    ['an image layer on rows', { class_name: 'MaxPooling2D' }, 'it takes images [height, width, channels], it gets [1]'],
  ];
  it.each(changed)('refuses %s', async (_, change, message) => {
    const file = readModelFile(bytes);
    const { class_name, config } = file.topology as ReturnType<typeof topologyOf>;
    const [layer] = config.layers;
    const topology = { class_name, config: { layers: [{ ...layer, ...change, config: { ...layer.config, ...change.config } }] } };
    await expect(loadModel(writeModelFile({ ...file, topology }))).rejects.toThrow(message);
  });

  const changedFeatures: [string, object, string][] = [
    ['an unknown task', { task: 'guessing' }, 'the task "guessing" is not known'],
    ['outputs without names', { outputs: 3 }, 'it has 3 outputs, but their names are ["price"]'],
    ['outputs that the layers do not give', { outputs: 2, outputNames: ['a', 'b'] }, 'its layers give 1 outputs, its features name 2'],
    ['an input shape of 0', { inputShape: [0] }, 'the input shape is [0]'],
    ['no preprocessing', { preprocessing: undefined }, 'preprocessing is missing'],
    ['columns that do not fit', { preprocessing: { kind: 'columns', columns: [] } }, 'its columns make 0 inputs, its input shape is [1]'],
    [
      'a fill that is no number',
      { preprocessing: { kind: 'columns', columns: [{ name: 'area', kind: 'number', mean: 0, deviation: 1, fill: 'x' }] } },
      'the column "area" says in an unknown way what is missing',
    ],
    ['an unknown background', { background: 'green' }, 'the background is "green"'],
    ['a scaling that is no number', { targetScaling: { mean: 'a', deviation: 1 } }, 'mean is "a"'],
  ];
  it.each(changedFeatures)('refuses %s', async (_, change, message) => {
    const file = readModelFile(bytes);
    await expect(loadModel(writeModelFile({ ...file, features: { ...(file.features as object), ...change } }))).rejects.toThrow(message);
  });

  it('refuses a model that uses a layer twice, and says what runs it', async () => {
    const inputs = input({ shape: [1] });
    const shared = layers.dense({ units: 1, name: 'shared' });
    const model = functionalModel({ inputs, outputs: shared.apply(shared.apply(inputs)) as typeof inputs });
    const packed = await packModel(model, { features: prices });
    await expect(loadModel(packed)).rejects.toThrow(
      'The engine cannot run layer shared: the model uses it more than once. With tfjs it runs: loadLayersModel of dl-project/compression.',
    );
    for (const weight of shared.weights) weight.dispose(); // `model.dispose` leaves those of a shared layer
  });

  const read = (...names: unknown[]) => ({ inbound_nodes: [names.map((name) => [name, 0, 0])] });
  const graphs: [string, object, string][] = [
    ['a circle', read('b'), 'layer a reads itself'],
    ['a layer that is not there', read('c'), 'it has no layer "c"'],
    ['a layer that reads nothing', { inbound_nodes: [] }, 'layer a reads nothing'],
    ['no name', read(7), 'layer a: [7,0,0] is no layer'],
    ['two values for one that takes one', read('entry', 'entry'), 'layer a (Dense): it reads 2 values'],
  ];
  it.each(graphs)('refuses a graph with %s', async (_, change, message) => {
    const inputs = input({ shape: [1], name: 'entry' });
    const a = layers.dense({ units: 1, name: 'a' }).apply(inputs) as typeof inputs;
    const model = functionalModel({ inputs, outputs: layers.dense({ units: 1, name: 'b' }).apply(a) as typeof inputs });
    const file = readModelFile(await packModel(model, { features: prices }));
    model.dispose();
    const { class_name, config } = file.topology as ReturnType<typeof topologyOf>;
    const changed = config.layers.map((layer) => ((layer as { name?: string }).name === 'a' ? { ...layer, ...change } : layer));
    await expect(loadModel(writeModelFile({ ...file, topology: { class_name, config: { ...config, layers: changed } } }))).rejects.toThrow(
      message,
    );
  });
});

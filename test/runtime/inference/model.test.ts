import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { memory, tensor } from '@tensorflow/tfjs-core';
import { model as functionalModel, input, type LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { loadWeightsInto, readWeights } from '../../../src/checkpoint/model-weights.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import type { topologyOf } from '../../../src/compression/surgery/topology.ts';
import { encodeRow } from '../../../src/core/column-encoding.ts';
import { RandomStream } from '../../../src/core/random.ts';
import type { Features } from '../../../src/data/features.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import type { ModelFeatures } from '../../../src/inference/model-features.ts';
import { type Layer, layers } from '../../../src/layers/index.ts';
import { catalogModels } from '../../../src/models/catalog-models.ts';
import { createModel } from '../../../src/models/create-model.ts';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { writeModelFile } from '../../../src/packed/write-model-file.ts';
import { ForwardPass } from '../../../src/training/forward-pass.ts';
import { netOf } from '../compression/small-nets.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** The engine checks `Features` itself; the two types must stay the same. */
const asModelFeatures = (features: Features): ModelFeatures => features;
const asFeatures = (features: ModelFeatures): Features => features;

const pictures: Features = {
  task: 'classification',
  inputShape: [28, 28, 1],
  outputs: 10,
  outputNames: [...'0123456789'],
  preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
};

const flowers: Features = asFeatures(
  asModelFeatures({
    task: 'classification',
    inputShape: [4],
    outputs: 2,
    outputNames: ['daisy', 'rose'],
    preprocessing: {
      kind: 'columns',
      columns: [
        { name: 'height', kind: 'number', mean: 10, deviation: 2 },
        { name: 'colour', kind: 'category', categories: ['red', 'white', '7'] },
      ],
    },
  }),
);

const prices: Features = {
  task: 'regression',
  inputShape: [1],
  outputs: 1,
  outputNames: ['price'],
  preprocessing: { kind: 'columns', columns: [{ name: 'area', kind: 'number', mean: 0, deviation: 1 }] },
  targetScaling: { mean: 1000, deviation: 100 },
};

/** Every weight drawn anew, also biases and moving averages, so that nothing is hidden by zeros. */
async function shaken(model: LayersModel): Promise<LayersModel> {
  const random = new RandomStream(3);
  const weights = new Map(await readWeights(model));
  for (const [name, { shape, values }] of weights) {
    const draw = name.endsWith('variance')
      ? () => random.uniform(0.5, 2)
      : () => random.normal(0, 0.5 / Math.sqrt(values.length / shape.at(-1)!));
    weights.set(name, { shape, values: values.map((value) => value + draw()) });
  }
  loadWeightsInto(model, { weights });
  return model;
}

/** The largest difference between tfjs' outputs and the engine's, on `samples` random samples. */
async function differenceFromTfjs(model: LayersModel, features: Features, samples: number): Promise<number> {
  const engine = await loadModel(await packModel(model, { features }));
  const size = features.inputShape.reduce((a, b) => a * b, 1);
  const random = new RandomStream(1);
  const values = Float32Array.from({ length: samples * size }, () => random.uniform());
  const inputs = tensor(values, [samples, ...features.inputShape]);
  const outputs = new ForwardPass(model).predict(inputs);
  const expected = await outputs.data();
  const got = engine.compute(values);
  inputs.dispose();
  outputs.dispose();
  expect(got.length).toBe(expected.length);
  return got.reduce((largest, value, i) => Math.max(largest, Math.abs(value - expected[i])), 0);
}

describe('equals tfjs to 1e-5', () => {
  it.each(catalogModels.map((definition) => [definition.name, definition] as const))('on %s', async (_, definition) => {
    const model = await shaken(createModel(definition as (typeof catalogModels)[0], {}, pictures, 0));
    expect(await differenceFromTfjs(model, pictures, 3)).toBeLessThan(1e-5);
    expect(await differenceFromTfjs(model, pictures, 70)).toBeLessThan(1e-5);
    model.dispose();
  });

  it('on branches that meet again, of which one is read twice', async () => {
    const image: Features = { ...pictures, inputShape: [6, 5, 3], outputs: 3, outputNames: ['a', 'b', 'c'] };
    const entry = input({ shape: [6, 5, 3] });
    const lead = (value: unknown, layer: Layer) => layer.apply(value as typeof entry) as typeof entry;
    const convolution = (filters: number) => layers.conv2d({ filters, kernelSize: 3, padding: 'same' });
    const left = lead(entry, convolution(4));
    const right = lead(lead(left, layers.batchNormalization()), layers.reLU()); // must not be merged into `left`, which others read
    const wide = lead([left, right, lead(entry, convolution(2))], layers.concatenate());
    const met = [layers.add(), layers.average(), layers.multiply(), layers.maximum(), layers.minimum()].map((layer) =>
      lead([left, right, lead(wide, convolution(4))], layer),
    );
    const sums = lead(lead(met, layers.add()), layers.dropout({ rate: 0.5 }));
    const model = await shaken(functionalModel({ inputs: entry, outputs: lead(lead(sums, layers.flatten()), layers.dense({ units: 3 })) }));
    expect(await differenceFromTfjs(model, image, 3)).toBeLessThan(1e-5);
    model.dispose();
  });

  it('on a branch that begins with dropout, behind which nothing may be merged into what the other branch reads', async () => {
    const image: Features = { ...pictures, inputShape: [6, 5, 3], outputs: 3, outputNames: ['a', 'b', 'c'] };
    const entry = input({ shape: [6, 5, 3] });
    const lead = (value: unknown, layer: Layer) => layer.apply(value as typeof entry) as typeof entry;
    const left = lead(entry, layers.conv2d({ filters: 4, kernelSize: 3 }));
    const right = lead(lead(lead(left, layers.dropout({ rate: 0.5 })), layers.batchNormalization()), layers.reLU());
    const sum = lead([left, right], layers.add());
    const model = await shaken(functionalModel({ inputs: entry, outputs: lead(lead(sum, layers.flatten()), layers.dense({ units: 3 })) }));
    expect(await differenceFromTfjs(model, image, 3)).toBeLessThan(1e-5);
    model.dispose();
  });

  const image: Features = { ...pictures, inputShape: [9, 7, 3], outputs: 3, outputNames: ['a', 'b', 'c'] };
  const end = () => [layers.flatten(), layers.dense({ units: 3 })];
  const nets: [string, () => Layer[]][] = [
    [
      'strides and same padding',
      () => [
        layers.conv2d({ inputShape: [9, 7, 3], filters: 5, kernelSize: [3, 2], strides: [2, 1], padding: 'same', activation: 'relu' }),
        ...end(),
      ],
    ],
    [
      'a 1x1 convolution without bias',
      () => [layers.conv2d({ inputShape: [9, 7, 3], filters: 6, kernelSize: 1, useBias: false, activation: 'tanh' }), ...end()],
    ],
    [
      'depthwise convolution',
      () => [
        layers.depthwiseConv2d({ inputShape: [9, 7, 3], kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'relu6' }),
        ...end(),
      ],
    ],
    [
      'batch normalization behind convolution, depthwise, dense',
      () => [
        layers.conv2d({ inputShape: [9, 7, 3], filters: 5, kernelSize: 3, useBias: false }),
        layers.batchNormalization(),
        layers.reLU(),
        layers.depthwiseConv2d({ kernelSize: 2 }),
        layers.batchNormalization({ scale: false }),
        layers.activation({ activation: 'elu' }),
        layers.flatten(),
        layers.dense({ units: 4 }),
        layers.batchNormalization({ center: false }),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
    ],
    [
      'batch normalization that cannot be merged: first, behind an activation, behind a flatten',
      () => [
        layers.batchNormalization({ inputShape: [9, 7, 3] }),
        layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.batchNormalization(),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 4, kernelSize: 2 }),
        layers.flatten(),
        layers.batchNormalization(),
        layers.dense({ units: 3 }),
      ],
    ],
    [
      'pooling that overlaps',
      () => [
        layers.maxPooling2d({ inputShape: [9, 7, 3], poolSize: 3, strides: 2, padding: 'same' }),
        layers.averagePooling2d({ poolSize: [2, 3], strides: 1, padding: 'same' }),
        ...end(),
      ],
    ],
    [
      'global average pooling',
      () => [
        layers.conv2d({ inputShape: [9, 7, 3], filters: 4, kernelSize: 3 }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 3 }),
      ],
    ],
    ['global max pooling', () => [layers.globalMaxPooling2d({ inputShape: [9, 7, 3] }), layers.dense({ units: 3, activation: 'sigmoid' })]],
    [
      'zeros around an image, on each side as many as it says',
      () => [
        layers.zeroPadding2d({ inputShape: [9, 7, 3], padding: [[1, 0], [2, 3]] }), // biome-ignore format: one line
        layers.conv2d({ filters: 2, kernelSize: 3, strides: 2 }),
        layers.zeroPadding2d(),
        ...end(),
      ],
    ],
    [
      'a separable convolution, with strides and a multiplier, and one without bias',
      () => [
        layers.separableConv2d({ inputShape: [9, 7, 3], filters: 5, kernelSize: 3, strides: 2, depthMultiplier: 2, activation: 'relu' }),
        layers.separableConv2d({ filters: 4, kernelSize: 2, padding: 'same', useBias: false }),
        layers.batchNormalization(),
        layers.reLU(),
        ...end(),
      ],
    ],
    [
      'dilated filters',
      () => [
        layers.conv2d({ inputShape: [9, 7, 3], filters: 8, kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'relu' }),
        layers.conv2d({ filters: 8, kernelSize: [2, 3], dilationRate: [3, 1] }),
        layers.separableConv2d({ filters: 4, kernelSize: 2, dilationRate: 2 }),
        ...end(),
      ],
    ],
    [
      'transposed convolutions',
      () => [
        layers.conv2dTranspose({ inputShape: [9, 7, 3], filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' }),
        layers.conv2dTranspose({ filters: 3, kernelSize: [3, 2], strides: [2, 3], padding: 'valid' }),
        layers.conv2dTranspose({ filters: 2, kernelSize: 4, padding: 'same' }),
        layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 3, padding: 'same' }),
        ...end(),
      ],
    ],
    [
      'trained slopes below 0: of each value, of each channel, of each column, a single one',
      () => [
        layers.prelu({ inputShape: [9, 7, 3], alphaInitializer: 'ones' }),
        layers.dense({ units: 5 }),
        layers.prelu({ sharedAxes: [1, 2] }),
        layers.dense({ units: 4 }),
        layers.prelu({ sharedAxes: [1] }),
        layers.dense({ units: 4 }),
        layers.prelu({ sharedAxes: [1, 2, 3] }),
        ...end(),
      ],
    ],
    [
      'enlarging and reshaping',
      () => [
        layers.upSampling2d({ inputShape: [9, 7, 3], size: [2, 3] }),
        layers.conv2d({ filters: 2, kernelSize: 3 }),
        layers.reshape({ targetShape: [16, 38] }),
        layers.batchNormalization(),
        ...end(),
      ],
    ],
    ['dense on the channels of an image', () => [layers.dense({ inputShape: [9, 7, 3], units: 4, activation: 'softmax' }), ...end()]],
    [
      'activations as layers',
      () => [
        layers.dense({ inputShape: [9, 7, 3], units: 4, activation: 'relu' }),
        layers.leakyReLU({ alpha: 0.2 }),
        layers.elu(),
        layers.reLU({ maxValue: 6 }),
        layers.reLU({ maxValue: 0.4 }),
        layers.softmax({ axis: -1 }),
        ...end(),
      ],
    ],
    ...(['relu6', 'sigmoid', 'tanh', 'hardSigmoid', 'selu', 'softplus', 'softsign', 'swish'] as const).map(
      (activation): [string, () => Layer[]] => [
        `the activation ${activation}`,
        () => [layers.dense({ inputShape: [9, 7, 3], units: 4, activation }), ...end()],
      ],
    ),
  ];
  it.each(nets)('with %s', async (_, build) => {
    const model = await shaken(netOf(build, image));
    for (const samples of [1, 5]) expect(await differenceFromTfjs(model, image, samples)).toBeLessThan(1e-5);
    model.dispose();
  });
});

it('multiplies what is below 0 by the slope of its row (tfjs-wasm takes the slopes one after the other)', async () => {
  const features: Features = { ...pictures, inputShape: [3, 2, 2], outputs: 12, outputNames: Array.from({ length: 12 }, (_, i) => `${i}`) };
  const model = await shaken(netOf(() => [layers.prelu({ inputShape: [3, 2, 2], sharedAxes: [2, 3] }), layers.flatten()], features));
  const [{ values }] = [...(await readWeights(model)).values()];
  const engine = await loadModel(await packModel(model, { features }));
  const inputs = Float32Array.from({ length: 12 }, (_, i) => i - 9);
  expect(engine.compute(inputs)).toEqual(inputs.map((x, i) => (x < 0 ? x * values[Math.floor(i / 4)] : x)));
  model.dispose();
});

describe('predict', () => {
  it('applies the preprocessing and names the class', async () => {
    const model = await shaken(createModel(catalogModels[0], {}, pictures, 0));
    const engine = await loadModel(await packModel(model, { features: pictures, metrics: { val_accuracy: 0.99 } }));
    const random = new RandomStream(0);
    const pixels = Array.from({ length: 3 }, () => Uint8Array.from({ length: 784 }, () => random.integer(256)));
    const inputs = Float32Array.from(
      pixels.flatMap((one) => [...one]),
      (value) => value / 255,
    );
    const outputs = engine.compute(inputs);
    const predictions = await engine.predict(pixels);
    predictions.forEach(({ label, probability, probabilities }, i) => {
      const expected = [...outputs.subarray(i * 10, i * 10 + 10)];
      expect(Math.max(...probabilities!.map((value, c) => Math.abs(value - expected[c])))).toBeLessThan(1e-6);
      expect(probability).toBe(Math.max(...probabilities!));
      expect(label).toBe(String(probabilities!.indexOf(probability!)));
    });
    expect(engine.predictSync(pixels)).toEqual(predictions);
    expect(await engine.predict([])).toEqual([]);
    expect(engine.metrics).toEqual({ val_accuracy: 0.99 });
    model.dispose();
  });

  it('turns the scaling of the target back', async () => {
    const model = netOf(() => [layers.dense({ inputShape: [1], units: 1 })], prices);
    loadWeightsInto(model, {
      weights: new Map([
        ['dense1/kernel', { shape: [1, 1], values: Float32Array.of(2) }],
        ['dense1/bias', { shape: [1], values: Float32Array.of(1) }],
      ]),
    });
    const engine = await loadModel(await packModel(model, { features: prices }));
    expect(engine.predictSync([[3], { area: -1 }])).toEqual([
      { value: 1700, values: [1700] },
      { value: 900, values: [900] },
    ]);
    model.dispose();
  });

  it('reads one sigmoid output as the probability of the second class', async () => {
    const features = { ...flowers, outputs: 1 };
    const model = netOf(() => [layers.dense({ inputShape: [4], units: 1, activation: 'sigmoid', kernelInitializer: 'zeros' })], features);
    const engine = await loadModel(await packModel(model, { features }));
    expect(engine.predictSync([[10, 'red']])).toEqual([{ label: 'daisy', probability: 0.5, probabilities: [0.5, 0.5] }]);
    model.dispose();
  });

  it('encodes table rows as the training does', async () => {
    const model = await shaken(netOf(() => [layers.dense({ inputShape: [4], units: 2, activation: 'softmax' })], flowers));
    const engine = await loadModel(await packModel(model, { features: flowers }));
    const columns = flowers.preprocessing.kind === 'columns' ? flowers.preprocessing.columns : [];
    const rows = [
      [12, 'white'],
      [undefined, 'red'],
      ['9.5', 'green'],
      [8, undefined],
      [10, 7],
    ];
    const inputs = new Float32Array(rows.length * 4);
    for (const [i, row] of rows.entries()) encodeRow(columns, (column) => row[column], inputs, i * 4);
    const expected = engine.compute(inputs);
    expect(engine.predictSync(rows).flatMap(({ probabilities }) => probabilities)).toEqual([...expected]);
    expect(engine.predictSync([{ colour: 'white', height: 12 }])).toEqual(engine.predictSync([[12, 'white']]));
    expect(engine.predictSync([{ colour: 'red' }])).toEqual(engine.predictSync([[null, 'red']]));
    model.dispose();
  });

  it('encodes what is missing, rare or new as the training does', async () => {
    const columns = [
      { name: 'height', kind: 'number', mean: 10, deviation: 2, fill: 7, indicator: true },
      { name: 'colour', kind: 'category', categories: ['red', 'white'], other: true, fill: 'white', indicator: true },
    ] as const;
    const features: Features = { ...flowers, inputShape: [6], preprocessing: { kind: 'columns', columns } };
    const model = await shaken(netOf(() => [layers.dense({ inputShape: [6], units: 2, activation: 'softmax' })], features));
    const engine = await loadModel(await packModel(model, { features }));
    const encoded = [-1.5, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0];
    const expected = [...engine.compute(Float32Array.from(encoded))];
    const found = engine.predictSync([[undefined, null], [12, 'blue']]); // biome-ignore format: one line
    expect(found.flatMap(({ probabilities }) => probabilities)).toEqual(expected);
    model.dispose();
  });

  describe('says what is expected instead of', () => {
    const wrong: [string, Features, unknown, string][] = [
      [
        'too few pixels',
        pictures,
        [new Uint8Array(3)],
        'Sample 0 has 3 values; this model takes 784 numbers, [height 28, width 28, channels 1] row after row.',
      ],
      ['a nested list', pictures, [new Uint8Array(784), [[1]]], 'Sample 1 has 1 values'],
      ['a number for a sample', pictures, [5], 'Sample 0 has 5; this model takes 784 numbers'],
      ['a single sample', pictures, new Uint8Array(784), 'predict takes a list of samples; for a single one: predict([sample]).'],
      ['NaN', pictures, [new Float32Array(784).fill(Number.NaN, 7)], 'Value 7 of sample 0 is NaN; it must be a number.'],
      [
        'more than float32 holds',
        pictures,
        [Array(784).fill(1e300)],
        'Value 0 of sample 0 is 1e+300, more than 32 bits hold; it must be a number.',
      ],
      [
        'more than float32 holds in a row',
        flowers,
        [[1e300, 'red']],
        'height of sample 0 is 1e+300, more than 32 bits hold; it must be a number, or',
      ],
      ['a text for a pixel', pictures, [Array(784).fill('1')], 'Value 0 of sample 0 is "1"; it must be a number.'],
      ['a short row', flowers, [[1]], 'Sample 0 has 1 values; this model takes 2: height, colour.'],
      [
        'a misspelt column',
        flowers,
        [{ hieght: 1 }],
        'Sample 0 has "hieght", which is no column. Did you mean height? Columns: height, colour.',
      ],
      [
        'a text for a number',
        flowers,
        [['tall', 'red']],
        'height of sample 0 is "tall"; it must be a number, or undefined where it is missing.',
      ],
      ['an empty text', flowers, [[' ', 'red']], 'height of sample 0 is " "'],
      ['nothing', flowers, [null], 'Sample 0 is null; this model takes rows of height, colour.'],
    ];
    it.each(wrong)('%s', async (_, features, samples, message) => {
      const { inputShape, outputs: units } = features;
      const model = netOf(
        () => [layers.inputLayer({ inputShape }), ...(inputShape.length > 1 ? [layers.flatten()] : []), layers.dense({ units })],
        features,
      );
      const engine = await loadModel(await packModel(model, { features }));
      await expect(engine.predict(samples as never)).rejects.toThrow(
        expect.objectContaining({ name: 'DlError', message: expect.stringContaining(message) }),
      );
      model.dispose();
    });
  });
});

it('merges activations and normalization into the steps and counts multiply-adds', async () => {
  const model = createModel(catalogModels[0], {}, pictures, 0);
  const { plan } = await loadModel(await packModel(model, { features: pictures }));
  expect(plan.map(({ kind, layers: names }) => `${kind}: ${names.join(' + ')}`)).toEqual([
    'conv2d: conv1',
    'maxPooling2d: pool1',
    'conv2d: conv2',
    'maxPooling2d: pool2',
    'dense: dense1',
    'dense: dense2 + softmax',
  ]);
  expect(plan[2]).toMatchObject({ outputShape: [8, 8, 50], multiplyAdds: 1_600_000 });
  expect(plan.reduce((sum, step) => sum + step.multiplyAdds, 0)).toBe(2_293_000);
  expect(plan[0]).toMatchObject({ kernel: 'float32', batchKernel: 'float32', activations: undefined });
  model.dispose();
});

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
    for (const source of [path, pathToFileURL(path), pathToFileURL(path).href, bytes, bytes.buffer]) {
      expect((await loadModel(source)).features.outputNames).toEqual(['price']);
    }
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
    ['a class it does not know', { class_name: 'LSTM' }, 'The engine cannot run layer dense1: it is of the class LSTM; known are Conv2D'],
    ['a class named like a method', { class_name: 'toString' }, 'it is of the class toString'],
    ['units that do not fit the weights', { config: { units: 7 } }, 'its kernel has the shape [1,1], expected [1,7]'],
    [
      'softmax over the rows of an image',
      { class_name: 'Softmax', config: { axis: 2 } },
      'it takes the softmax over axis 2, not the last one',
    ],
    ['negative units', { config: { units: -1 } }, 'units is -1'],
    ['an unknown activation', { config: { activation: 'gelu' } }, 'it has the activation "gelu"'],
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

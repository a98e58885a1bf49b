import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sequential, layers as tfLayers } from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { quantize } from '../../../src/compression/quantize.ts';
import { DlError } from '../../../src/core/errors.ts';
import { Model } from '../../../src/inference/model.ts';
import { type EngineKernels, loadEngineKernels } from '../../../src/kernels/index.ts';
import { functional, layers, through } from '../../../src/layers/index.ts';
import { type ReadModelFile, readModelFile } from '../../../src/packed/read-model-file.ts';
import { data, features, netOf, training } from '../compression/small-nets.ts';

let files: ReadModelFile[];
let kernels: EngineKernels;
beforeAll(async () => {
  await useBackend();
  kernels = await loadEngineKernels();
  const model = netOf(() => [
    layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, padding: 'same' }),
    layers.batchNormalization(),
    layers.depthwiseConv2d({ kernelSize: 3 }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.reLU({ maxValue: 6 }),
    layers.globalAveragePooling2d({}),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);
  const branches = functional([8, 8, 1], (images) => {
    const left = through(images, layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' }), layers.batchNormalization());
    const right = through(left, layers.reLU());
    const met = through([through([left, right], layers.add()), right], layers.concatenate());
    return through(met, layers.globalAveragePooling2d({}), layers.dense({ units: 3 }), layers.softmax());
  });
  const fewValues = netOf(() => [
    layers.quantConv2d({ name: 'two', inputShape: [8, 8, 1], filters: 6, kernelSize: 3, padding: 'same', kernelQuantizer: 'steSign' }),
    layers.batchNormalization(),
    layers.quantConv2d({
      name: 'signs',
      filters: 5,
      kernelSize: 3,
      padding: 'same',
      inputQuantizer: 'steSign',
      kernelQuantizer: 'steSign',
    }),
    layers.flatten(),
    layers.quantDense({ name: 'few', units: 3, kernelQuantizer: 'steSign' }),
    layers.softmax(),
  ]);
  const between = netOf(() => [
    layers.conv2dTranspose({ inputShape: [8, 8, 1], filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
    layers.prelu({ sharedAxes: [1, 2] }),
    layers.separableConv2d({ filters: 4, kernelSize: 3, dilationRate: 2 }),
    layers.upSampling2d({ size: [2, 2] }),
    layers.reshape({ targetShape: [144, 16] }),
    layers.flatten(),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);
  const moved = netOf(() => [
    layers.cropping2D({ inputShape: [8, 8, 1], cropping: 1 }),
    layers.permute({ dims: [2, 3, 1] }),
    layers.layerNormalization({}),
    layers.reshape({ targetShape: [9, 4] }),
    layers.conv1d({ filters: 4, kernelSize: 2 }),
    layers.maxPooling1d({ poolSize: 2 }),
    layers.flatten(),
    layers.embedding({ inputDim: 3, outputDim: 2, embeddingsInitializer: 'glorotNormal' }),
    layers.globalAveragePooling1d({}),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);
  const glorot = { kernelInitializer: 'glorotNormal', recurrentInitializer: 'glorotNormal' } as const;
  const recurrent = netOf(() => [
    layers.reshape({ inputShape: [8, 8, 1], targetShape: [8, 8] }),
    tfLayers.simpleRNN({ ...glorot, units: 3, returnSequences: true, name: 'simple' }),
    tfLayers.gru({ ...glorot, units: 3, returnSequences: true, name: 'gru' }),
    tfLayers.lstm({ ...glorot, units: 3, name: 'lstm' }),
  ]);
  const wrapped = sequential({
    layers: [
      tfLayers.timeDistributed({ inputShape: [8, 8, 1], layer: layers.conv1d({ filters: 2, kernelSize: 3 }), name: 'moments' }),
      tfLayers.timeDistributed({ layer: layers.flatten(), name: 'flat' }),
      tfLayers.bidirectional({
        layer: tfLayers.gru({ ...glorot, units: 3, returnSequences: true }) as Parameters<typeof tfLayers.bidirectional>[0]['layer'],
        mergeMode: 'ave',
        name: 'both',
      }),
      layers.globalMaxPooling1d({}),
    ],
  });
  const products = functional([8, 8, 1], (images) => {
    const rows = through(images, layers.reshape({ targetShape: [8, 8] }));
    const read = through([rows, rows], tfLayers.dot({ axes: [2, 1], name: 'read' }));
    return through(read, layers.globalMaxPooling1d({}), layers.dense({ units: 3 }));
  });
  files = [];
  for (const one of [model, branches, fewValues, between, moved, recurrent, wrapped, products]) {
    files.push(readModelFile(await packModel(one, { features })));
    one.dispose();
  }
  for (const mode of ['static', 'dynamic'] as const) files.push(await wholeNumbers(mode));
}, 60_000);

/** The file of a net of which all products are computed in int8. */
async function wholeNumbers(mode: 'static' | 'dynamic'): Promise<ReadModelFile> {
  const model = netOf(() => [
    layers.conv2d({ inputShape: [8, 8, 1], filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' }),
    layers.conv2d({ filters: 5, kernelSize: 3, padding: 'same' }),
    layers.flatten(),
    layers.dense({ units: 3 }),
    layers.softmax(),
  ]);
  const file = join(await mkdtemp(join(tmpdir(), 'dl-fuzz-')), 'model.safetensors');
  const result = await compressModel({ model, features }, quantize({ mode }), { ...training, data, file });
  for (const one of [model, result.model]) one.dispose();
  const read = readModelFile(await readFile(file));
  await rm(dirname(file), { recursive: true });
  return read;
}

const int8 = { kernel: 'int8' };
const winograd = { kernel: 'int8-winograd' };
const binary = { kernel: 'binary' };
const sharedSums = { kernel: 'shared-sums' };
/** So that they are run though the net is small. */
const choices = {
  conv1: { single: int8, many: int8 },
  conv2: { single: winograd, many: winograd },
  dense1: { single: int8, many: int8 },
  two: { single: sharedSums, many: sharedSums },
  signs: { single: binary, many: binary },
  few: { single: sharedSums, many: sharedSums },
};

const strange = fc.constantFrom(
  null,
  -1,
  0,
  0.5,
  2,
  3,
  7,
  65535,
  2 ** 31,
  2 ** 53,
  1e308,
  '',
  'same',
  'Conv2D',
  'Flatten',
  'toString',
  '__proto__',
  [],
  [0],
  [3, 3],
  [1e5, 1e5, 1],
  {},
  true,
);

/** The same JSON with the value at one place replaced; places are counted from the top. */
function replaceAt(json: unknown, place: number, value: unknown): unknown {
  let count = 0;
  return JSON.parse(JSON.stringify(json), (_, inner) => (count++ === place ? value : inner));
}

it('makes a model of 1,200 strange descriptions, or clearly refuses', () => {
  fc.assert(
    fc.property(fc.nat(files.length - 1), fc.boolean(), fc.nat(350), strange, (which, inTopology, place, value) => {
      const file = files[which];
      const { topology, features: described } = file;
      const changed = inTopology
        ? { ...file, topology: replaceAt(topology, place, value) }
        : { ...file, features: replaceAt(described, place % 20, value) };
      try {
        const model = new Model(changed, kernels, { choices });
        const inputs = new Float32Array(model.features.inputShape.reduce((a, b) => a * b, 1));
        expect(model.compute(inputs).length).toBe(model.features.outputs);
      } catch (error) {
        if (!(error instanceof DlError)) throw error;
      }
    }),
    { numRuns: 1200 },
  );
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory, tensor } from '@tensorflow/tfjs-core';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { exportOnnx, importOnnx, toOnnx } from '../../../src/export/index.ts';
import { decodeOnnx } from '../../../src/export/onnx/format/onnx-format.ts';
import { layers } from '../../../src/layers/index.ts';
import { netOf } from '../compression/small-nets.ts';
import { catalogNets, engineNets, image, largestDifference, pictures, randomInputs, shaken, tfjsOutputs } from './nets.ts';
import { quantizedNet } from './quantized-net.ts';

let folder: string;
let tensors = 0;
beforeAll(async () => {
  await useBackend();
  folder = mkdtempSync(join(tmpdir(), 'dl-export-onnx-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const operatorsIn = (bytes: Uint8Array) => decodeOnnx(bytes).graph?.node.map(({ opType }) => opType) ?? [];
const lenet5 = catalogNets[0];

describe('exportOnnx', () => {
  it('writes one file of plain operators, BatchNorm merged, the batch axis free, the classes in its metadata', async () => {
    const model = engineNets[2].build(); // batch normalization behind convolution, depthwise, dense
    const path = join(folder, 'in', 'between', 'net.onnx');
    const { sizeBytes, precision } = await exportOnnx(model, path, { features: image, metrics: { val_accuracy: 0.5 } });
    const bytes = readFileSync(path);
    expect([bytes.length, precision]).toEqual([sizeBytes, 'float32']);
    const { graph, metadataProps, opsetImport } = decodeOnnx(bytes);
    expect(operatorsIn(bytes)).toEqual(['Transpose', 'Conv', 'Relu', 'Conv', 'Elu', 'Flatten', 'Gemm', 'Gemm', 'Softmax', 'Identity']);
    expect(opsetImport[0].version).toBe(13n);
    expect(graph?.input[0].type?.tensorType?.shape?.dim.map(({ value }) => value.value)).toEqual(['batch', 9n, 7n, 3n]);
    const metadata = Object.fromEntries(metadataProps.map(({ key, value }) => [key, JSON.parse(value)]));
    expect(metadata).toEqual({ features: image, classes: ['a', 'b', 'c'], metrics: { val_accuracy: 0.5 } });
    model.dispose();
  });

  it('moves the rows of the dense kernel behind a flatten instead of transposing the image', async () => {
    const model = lenet5.build();
    const { bytes } = await toOnnx(model, { features: pictures, inputOrder: 'channelsFirst' });
    expect(operatorsIn(bytes)).not.toContain('Transpose');
    model.dispose();
  });

  it('writes int8 as QDQ: weights per channel, activations of 7 bits, biases at the scale of the sums', async () => {
    const model = await shaken(engineNets[0].build());
    const { simulated, packed } = await quantizedNet(model, image);
    const { bytes, precision } = await toOnnx(packed);
    expect(precision).toBe('int8');
    const tensors = new Map(decodeOnnx(bytes).graph?.initializer.map((tensor) => [tensor.name, tensor]));
    const scalesOf = (name: string) => new Float32Array(new Uint8Array(tensors.get(name)!.rawData).buffer);
    expect(tensors.get('conv1/kernel/numbers')).toMatchObject({ dataType: 3, dims: [5n, 3n, 3n, 2n] });
    expect(tensors.get('conv1/bias/numbers')?.dataType).toBe(6);
    const [input] = scalesOf('input/scale');
    expect(scalesOf('conv1/bias/scale')).toEqual(scalesOf('conv1/kernel/scale').map((scale) => scale * input));
    const numbers = new Int8Array(tensors.get('dense1/kernel/numbers')!.rawData);
    expect(Math.max(...numbers.map(Math.abs))).toBe(127);
    expect([...tensors.get('conv1/largest')!.rawData]).toEqual([127]);
    const float = await toOnnx(packed, { precision: 'float32' });
    expect(float.precision).toBe('float32');
    expect(operatorsIn(float.bytes)).not.toContain('DequantizeLinear');
    model.dispose();
    simulated.dispose();
  });

  it('writes quantized weights without ranges of activations as whole numbers, and what it computes stays the same', async () => {
    const model = await shaken(engineNets[0].build());
    const { simulated, packed } = await quantizedNet(model, image, { mode: 'weights', bits: 4 });
    const { bytes, precision } = await toOnnx(packed);
    expect(precision).toBe('int8 weights');
    expect(operatorsIn(bytes)).not.toContain('QuantizeLinear');
    const imported = await importOnnx(bytes);
    const inputs = randomInputs(image, 2);
    const expected = await tfjsOutputs(simulated, image, inputs);
    expect(largestDifference(await tfjsOutputs(imported.model, image, inputs), expected)).toBeLessThan(1e-5);
    for (const one of [model, simulated, imported.model]) one.dispose();
  });

  it('keeps the bias of a channel whose weights are all zero', async () => {
    const model = await shaken(netOf(() => [layers.flatten({ inputShape: [9, 7, 3] }), layers.dense({ units: 3 })], image));
    const { simulated, packed } = await quantizedNet(await emptied(model), image);
    const { bytes } = await toOnnx(packed);
    const tensors = new Map(decodeOnnx(bytes).graph?.initializer.map((tensor) => [tensor.name, tensor]));
    const floats = (name: string) => new Float32Array(new Uint8Array(tensors.get(name)!.rawData).buffer);
    const bias = new Int32Array(new Uint8Array(tensors.get('dense1/bias/numbers')!.rawData).buffer)[1] * floats('dense1/bias/scale')[1];
    expect(Math.abs(bias - 0.7)).toBeLessThan(1e-5);
    model.dispose();
    simulated.dispose();
  });

  const refused: [string, () => ReturnType<typeof netOf>, Parameters<typeof toOnnx>[1], string][] = [
    [
      'a layer that it does not know',
      () => netOf(() => [tfLayers.masking({ inputShape: [9, 7, 3], name: 'mask' }), ...end()], image),
      {},
      'ONNX export cannot write layer mask: it is of the class Masking; known are InputLayer',
    ],
    [
      'int8 of a model that is not quantized',
      () => netOf(() => [layers.flatten({ inputShape: [9, 7, 3] }), layers.dense({ units: 3 })], image),
      { precision: 'int8' },
      'The model has no quantized weights to write as int8. Compress it with quantize(), or leave the precision away.',
    ],
    [
      'the preprocessing of a model of which nothing is known',
      () => netOf(() => [layers.flatten({ inputShape: [9, 7, 3] }), layers.dense({ units: 3 })], image),
      { includePreprocessing: true },
      'ONNX export can put only the preprocessing of images into the model',
    ],
  ];
  it.each(refused)('refuses %s', async (_, build, options, message) => {
    const model = build();
    await expect(toOnnx(model, options)).rejects.toThrow(message);
    model.dispose();
  });

  it('names the file that is not there, and the one that is no model', async () => {
    await expect(exportOnnx(join(folder, 'none.safetensors'), join(folder, 'x.onnx'))).rejects.toThrow('none.safetensors');
    await expect(toOnnx(import.meta.filename)).rejects.toThrow(`${import.meta.filename}: Not a sound safetensors file`);
  });
});

const end = () => [layers.flatten(), layers.dense({ units: 3 })];

/** Unit 1 reads nothing; its bias is 0.7. */
async function emptied(model: ReturnType<typeof netOf>) {
  const [kernel, bias] = model.layers[model.layers.length - 1].getWeights();
  const [values, terms] = [(await kernel.data()).slice(), (await bias.data()).slice()];
  for (let i = 1; i < values.length; i += 3) values[i] = 0;
  terms[1] = 0.7;
  const changed = [tensor(values, kernel.shape), tensor(terms, bias.shape)];
  model.layers[model.layers.length - 1].setWeights(changed);
  for (const one of changed) one.dispose();
  return model;
}

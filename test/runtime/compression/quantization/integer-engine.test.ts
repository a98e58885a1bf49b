import { memory, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type LayersModel, type SymbolicTensor, model as tfModel } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../../src/backend/use-backend.ts';
import { compressModel } from '../../../../src/compression/compress-model.ts';
import { pipeline } from '../../../../src/compression/pipeline.ts';
import { quantize } from '../../../../src/compression/quantize.ts';
import type { Technique } from '../../../../src/compression/technique.ts';
import * as reference from '../../../../src/kernels/reference/index.ts';
import { windowShape } from '../../../../src/kernels/window-shape.ts';
import { activationRange, quantizeActivation } from '../../../../src/packed/activation-range.ts';
import type { ModelFile } from '../../../../src/packed/model-file.ts';
import { Trainer } from '../../../../src/training/trainer.ts';
import { data, features, randomInputs, smallBranchedNet, smallConvNet, training } from '../small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What every layer of the simulation gives for four samples; the model's input under its own name. */
function simulate(model: LayersModel): Map<string, Values> {
  const layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
  const probe = tfModel({ inputs: model.inputs, outputs: layers.map((layer) => layer.output as SymbolicTensor) });
  const values = new Map<string, Values>();
  tidy(() => {
    const inputs = tensor(randomInputs(), [4, ...features.inputShape]);
    const outputs = [inputs, ...([probe.predict(inputs)].flat() as Tensor[])];
    const names = [model.inputs[0].sourceLayer.name, ...layers.map(({ name }) => name)];
    names.forEach((name, i) => void values.set(name, { shape: outputs[i].shape, values: outputs[i].dataSync() as Float32Array }));
  });
  return values;
}

const scalesOf = (count: number, input: number, weights: Float32Array) =>
  Float32Array.from({ length: count }, (_, channel) => input * weights[channel % weights.length]);

it.each([
  ['a chain', smallConvNet],
  ['a model with branches', smallBranchedNet],
])('an integer engine gives what the simulation of %s gives, layer by layer', async (_, build) => {
  const model = build();
  await new Trainer(model, { ...training, epochs: 2 }).fit(data.train, data.validation);
  let file: ModelFile | undefined;
  const technique = quantize();
  const { encode } = technique;
  const spied: Technique = {
    ...technique,
    encode(state, one) {
      file = encode?.(state, one) ?? one;
      return file;
    },
  };
  const result = await compressModel({ model, features }, pipeline([spied]), { ...training, data });
  const { weights, activations = new Map() } = file as unknown as ModelFile;
  const simulated = simulate(result.model);
  let compared = 0;
  let different = 0;
  for (const layer of result.model.layers) {
    const kind = layer.getClassName();
    const kernel = weights.get(`${layer.name}/${kind === 'DepthwiseConv2D' ? 'depthwise_kernel' : 'kernel'}`);
    if (!kernel?.quantization) continue;
    const input = layer.input as SymbolicTensor;
    const { shape, values } = simulated.get(input.sourceLayer.name) as Values;
    const inputRange = rangeBefore(result.model, input);
    const numbers = Uint8Array.from(values, (value) => quantizeActivation(value, inputRange));
    const { scales, axis } = kernel.quantization;
    const inner = kernel.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const whole = Int8Array.from(kernel.values, (value, i) => Math.round(value / scales[Math.floor(i / inner) % scales.length]));
    const output = simulated.get(layer.name) as Values;
    const channels = output.shape[output.shape.length - 1];
    const units = scalesOf(channels, inputRange.scale, scales);
    const bias = Int32Array.from(weights.get(`${layer.name}/bias`)?.values ?? [], (value, channel) => Math.round(value / units[channel]));
    const { activation, kernelSize, padding } = layer.getConfig() as {
      activation?: 'relu' | 'linear';
      kernelSize: [number, number];
      padding: 'same';
    };
    const source = { numbers, zeroPoint: inputRange.zeroPoint };
    const windows = () =>
      windowShape({ input: shape as [number, number, number, number], filter: kernelSize, outChannels: channels, padding });
    const sums =
      kind === 'Dense'
        ? reference.int8Gemm({ m: shape[0], k: shape[1], n: channels }, source, whole, bias)
        : kind === 'Conv2D'
          ? reference.int8Conv2d(windows(), source, whole, bias)
          : reference.int8DepthwiseConv2d(windows(), source, whole, bias);

    const floats = reference.dequantize(sums, units, activation);
    const step = Math.max(...units);
    const apart = Math.max(...floats.map((value, i) => Math.abs(value - output.values[i])));
    // Half a unit is the rounding of the bias, the rest that of float32 sums.
    expect([layer.name, apart < 0.51 * step + 1e-4]).toEqual([layer.name, true]);

    const range = activations.get(layer.name);
    if (!range) continue;
    const given = reference.requantize(
      sums,
      units.map((unit) => unit / range.scale),
      range.zeroPoint,
      activation,
    );
    const expected = Uint8Array.from(output.values, (value) => quantizeActivation(value, range));
    given.forEach((number, i) => {
      compared++;
      if (number !== expected[i]) different++;
      if (Math.abs(number - expected[i]) > 1) expect.fail(`${layer.name} gives ${number}, the simulation ${expected[i]}`);
    });
  }
  expect(compared).toBeGreaterThan(2000);
  expect(different / compared).toBeLessThan(0.005);
  model.dispose();
  result.model.dispose();
});

/** The range of the rounding layer that a value comes from, through layers that hand on its numbers. */
function rangeBefore(model: LayersModel, value: SymbolicTensor): ReturnType<typeof activationRange> {
  const layer = value.sourceLayer;
  if (layer.getClassName() !== 'FakeQuantize') return rangeBefore(model, layer.input as SymbolicTensor);
  const [low, high] = layer.getWeights()[0].dataSync();
  return activationRange(low, high);
}

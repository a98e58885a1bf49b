import { memory, tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { RandomStream } from '../../../src/core/random.ts';
import type { Features } from '../../../src/data/features.ts';
import type { KernelChoices } from '../../../src/inference/choose-kernel.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { layers } from '../../../src/layers/index.ts';
import { ForwardPass } from '../../../src/training/forward-pass.ts';
import { netOf } from '../compression/small-nets.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

const features: Features = {
  task: 'classification',
  inputShape: [9, 7, 3],
  outputs: 3,
  outputNames: ['a', 'b', 'c'],
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
};

/** A sum that is not exactly 0, whose sign would be that of a rounding error. */
const biased = { biasInitializer: 'randomNormal' } as const;

/** Signs behind a convolution, padded in an image of zeros, behind pooling, with a scale of the sample, flattened. */
const build = () => [
  layers.conv2d({ inputShape: [9, 7, 3], filters: 12, kernelSize: 3, padding: 'same' }),
  layers.batchNormalization(),
  layers.quantConv2d({
    ...biased,
    filters: 20,
    kernelSize: [3, 5],
    padding: 'same',
    inputQuantizer: 'steSign',
    kernelQuantizer: 'steSign',
    kernelScale: 'channel',
  }),
  layers.batchNormalization(),
  layers.signActivation({ inputScale: true }),
  layers.maxPooling2d({ poolSize: 2, padding: 'same' }),
  layers.quantConv2d({ ...biased, filters: 9, kernelSize: 2, strides: 2, padding: 'same', kernelQuantizer: 'steSign' }),
  layers.quantDense({ ...biased, units: 6, inputQuantizer: 'approxSign', kernelQuantizer: 'magnitudeAwareSign' }),
  layers.flatten(),
  layers.quantDense({ ...biased, units: 3, inputQuantizer: 'steSign', kernelQuantizer: 'steSign', activation: 'relu' }),
];

it('layers that read signs give what they give in tfjs, counted in bits or multiplied', async () => {
  const model = netOf(build, features);
  const packed = await packModel(model, { features });
  const random = new RandomStream(1);
  const values = Float32Array.from({ length: 11 * 189 }, () => random.uniform());
  const inputs = tensor(values, [11, 9, 7, 3]);
  const outputs = new ForwardPass(model).predict(inputs);
  const expected = await outputs.data();
  const { plan } = await loadModel(packed);
  for (const kernel of ['binary', 'float32']) {
    const chosen = { single: { kernel }, many: { kernel } };
    const choices: KernelChoices = Object.fromEntries(plan.map(({ layers: [name] }) => [name, chosen]));
    const engine = await loadModel(packed, { autotune: choices });
    expect(engine.plan.filter((step) => step.kernel === 'binary').length).toBe(kernel === 'binary' ? 4 : 0);
    const got = [...engine.compute(values), ...engine.compute(values.subarray(0, 189))];
    const worst = got.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i % expected.length])), 0);
    expect(worst).toBeLessThan(1e-5);
  }
  inputs.dispose();
  outputs.dispose();
  model.dispose();
});

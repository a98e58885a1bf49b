import { readFileSync } from 'node:fs';
import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import type { Features } from '../../../src/data/features.ts';
import { importOnnx, toOnnx } from '../../../src/export/index.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { catalogNets, engineNets, largestDifference, randomInputs, shaken, tfjsOutputs } from './nets.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

/** What ONNX has no operator for that we read back: a sign, and a rectifier with all its options. */
const oneWay = /sign|activations as layers/;

describe('reads what exportOnnx wrote', () => {
  it.each([...catalogNets, ...engineNets].filter(({ name }) => !oneWay.test(name)).map((net) => [net.name, net] as const))(
    '%s',
    async (_, { features, build }) => {
      const model = await shaken(build());
      const inputs = randomInputs(features, 3);
      const expected = await tfjsOutputs(model, features, inputs);
      const { bytes } = await toOnnx(model, { features });
      const imported = await importOnnx(bytes);
      expect(imported.features).toEqual(features);
      expect(imported.notes).toEqual([]);
      expect(largestDifference(await tfjsOutputs(imported.model, features, inputs), expected)).toBeLessThan(1e-5);
      const engine = await loadModel(await packModel(imported.model, imported));
      expect(largestDifference(engine.compute(inputs), expected)).toBeLessThan(1e-5);
      model.dispose();
      imported.model.dispose();
    },
  );
});

describe("reads what PyTorch's exporters wrote (pytorch/write_models.py)", () => {
  const networks = ['classic', 'residual', 'mobile', 'rows', 'branches'];
  it.each(networks.flatMap((name) => [name, `${name}-dynamo`]))('%s', async (name) => {
    const { inputs, outputs } = JSON.parse(readFileSync(new URL(`pytorch/${name.replace('-dynamo', '')}.json`, import.meta.url), 'utf8'));
    const { model, features } = await importOnnx(new URL(`pytorch/${name}.onnx`, import.meta.url), {
      addSoftmax: name.startsWith('classic'),
    });
    const values = channelsLast(inputs, features);
    // The logarithm of the softmax became the softmax.
    const expected = name.startsWith('classic') ? outputs.map(Math.exp) : outputs;
    expect(largestDifference(await tfjsOutputs(model, features, values), expected)).toBeLessThan(1e-5);
    // The engine has no slopes per channel and no convolution with gaps.
    if (!/mobile|branches/.test(name)) {
      const engine = await loadModel(await packModel(model, { features }));
      expect(largestDifference(engine.compute(values), expected)).toBeLessThan(1e-5);
    }
    model.dispose();
  });
});

/** PyTorch's order `[channels, height, width]` as ours. */
function channelsLast(values: readonly number[], { inputShape }: Features): Float32Array {
  if (inputShape.length === 1) return Float32Array.from(values);
  const [height, width, channels] = inputShape;
  const pixels = height * width;
  return Float32Array.from(values, (_, at) => {
    const [sample, pixel, channel] = [Math.floor(at / (pixels * channels)), Math.floor(at / channels) % pixels, at % channels];
    return values[(sample * channels + channel) * pixels + pixel];
  });
}

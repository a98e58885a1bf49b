import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
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

import { expect } from 'vitest';
import { packModel } from '../../../src/compression/pack-model.ts';
import { importOnnx, toOnnx } from '../../../src/export/index.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { largestDifference, randomInputs, type SampleNet, shaken, tfjsOutputs } from './nets.ts';

/** All but what we do not read back: signs, a rectifier with all its options, slopes of single pixels, images that are cut up anew or added to one row. */
export const readableAgain = ({ name }: SampleNet) =>
  !/sign|activations as layers|PReLU|reshaping|permuting|threshold|single pixel or row/.test(name);

/** Exports a net as ONNX, imports it again, and compares with tfjs and with the engine. */
export async function expectRoundTrip({ features, build }: SampleNet): Promise<void> {
  const model = await shaken(build());
  const inputs = randomInputs(features, 3);
  const expected = await tfjsOutputs(model, features, inputs);
  const { bytes } = await toOnnx(model, { features });
  const imported = await importOnnx(bytes);
  expect(imported.features).toEqual(features);
  expect(imported.notes).toEqual([]);
  expect(largestDifference(await tfjsOutputs(imported.model, features, inputs), expected)).toBeLessThan(1e-5);
  const engine = await loadModel(await packModel(imported.model, { ...imported, forms: {} }));
  expect(largestDifference(engine.compute(inputs), expected)).toBeLessThan(1e-5);
  model.dispose();
  imported.model.dispose();
}

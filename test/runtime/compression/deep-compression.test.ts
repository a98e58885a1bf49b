import { memory } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune, huffmanCode, pipeline, pruneWeights, shareWeights } from '../../../src/compression/index.ts';
import { loadLayersModel } from '../../../src/compression/load-layers-model.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { storedForms } from '../../../src/packed/stored-forms.ts';
import { Trainer } from '../../../src/training/trainer.ts';
import { data, features, outputsOf, randomInputs, smallConvNet, training } from './small-nets.ts';

it('Deep Compression makes the file smaller at each of its steps, and both loaders give the net back', async () => {
  await useBackend();
  const tensors = memory().numTensors;
  const model = smallConvNet();
  await new Trainer(model, { ...training, epochs: 6 }).fit(data.train, data.validation);
  const recipe = pipeline([
    pruneWeights({ keep: 0.25, scope: 'global' }),
    fineTune({ epochs: 4 }),
    shareWeights({ bits: 4 }),
    fineTune({ epochs: 3, learningRateSchedule: 'cosine' }),
    huffmanCode(),
  ]);
  const result = await compressModel({ model, features }, recipe, { ...training, data });
  const [trained, pruned, , shared, , coded] = result.rows.map(({ fileBytes }) => fileBytes);
  expect(pruned).toBeLessThan(trained);
  expect(shared).toBeLessThan(pruned);
  // The recipe in the header grows too, and this net is tiny: what is coded is compared without it.
  const { coders: _, ...uncoded } = storedForms;
  expect(coded - shared).toBeLessThan(200);
  expect((await packModel(result.model, { features, forms: storedForms })).length).toBeLessThan(
    (await packModel(result.model, { features, forms: uncoded })).length,
  );
  expect(result.rows.map(({ weightsKept }) => weightsKept)).toEqual([2160, 540, 540, 540, 540, 540]);
  // 16 shared values are 4 bits where the zeros are left out of the file.
  for (const { bits, form } of result.layers) if (form.startsWith('gaps')) expect(bits).toBeLessThanOrEqual(4);
  expect(result.layers.some(({ form }) => form.startsWith('gaps'))).toBe(true);
  expect(result.test!.after.accuracy).toBeGreaterThanOrEqual(result.test!.before.accuracy - 0.05);

  const bytes = await packModel(result.model, { features, forms: storedForms });
  const loaded = await loadLayersModel(bytes);
  expect(await readWeights(loaded.model)).toEqual(await readWeights(result.model));
  const expected = await outputsOf(result.model);
  const got = (await loadModel(bytes)).compute(randomInputs());
  expect(Math.max(...got.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5);
  for (const one of [model, result.model, loaded.model]) one.dispose();
  expect(memory().numTensors).toBe(tensors);
}, 60_000);

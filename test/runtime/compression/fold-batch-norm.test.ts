import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { foldBatchNorm } from '../../../src/compression/fold-batch-norm.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { pruneUnits } from '../../../src/compression/prune-units.ts';
import { pruneWeights } from '../../../src/compression/prune-weights.ts';
import { data, features, outputsOf, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

it('takes out every normalization behind a training, and the model says the same', async () => {
  const model = smallBranchedNet();
  const steps = [pruneUnits({ ratio: 0.5 }), fineTune({ epochs: 2 })];
  const results = [];
  for (const recipe of [pipeline(steps), pipeline([...steps, foldBatchNorm()])]) {
    results.push((await compressModel({ model, features }, recipe, { ...training, data })).model);
  }
  const [trained, folded] = results;
  const kinds = folded.layers.map((layer) => layer.getClassName());
  const [before, after] = [await outputsOf(trained), await outputsOf(folded)];
  for (const one of [model, ...results]) one.dispose();
  expect(kinds).not.toContain('BatchNormalization');
  expect(Math.max(...after.map((value, i) => Math.abs(value - before[i])))).toBeLessThan(1e-5);
});

it('refuses a model with nothing to fold, and to stand behind what holds weights, before any work', async () => {
  const [plain, normalized] = [smallConvNet(), smallBranchedNet()];
  const compress = (model: typeof plain, recipe: ReturnType<typeof pipeline>) =>
    compressModel({ model, features }, recipe, { ...training, data });
  await expect(compress(plain, foldBatchNorm())).rejects.toThrow('foldBatchNorm finds no BatchNormalization');
  await expect(compress(normalized, pipeline([pruneWeights({ keep: 0.5 }), foldBatchNorm()]))).rejects.toThrow('put foldBatchNorm first');
  for (const one of [plain, normalized]) one.dispose();
});

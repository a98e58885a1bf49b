import { memory } from '@tensorflow/tfjs-core';
import { model as functionalModel, input } from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import type { Features } from '../../../src/data/features.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { type Layer, layers } from '../../../src/layers/index.ts';
import { catalogModels } from '../../../src/models/catalog-models.ts';
import { createModel } from '../../../src/models/create-model.ts';

import { pictures, shaken } from '../export/nets.ts';
import { differenceFromTfjs } from './difference-from-tfjs.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

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

  it('on branches of which one has a single pixel, row or column', async () => {
    const features: Features = { ...pictures, inputShape: [6, 5, 3], outputs: 3, outputNames: ['a', 'b', 'c'] };
    const entry = input({ shape: [6, 5, 3] });
    const lead = (value: unknown, layer: Layer) => layer.apply(value as typeof entry) as typeof entry;
    const pooled = (poolSize: [number, number]) => lead(entry, layers.averagePooling2d({ poolSize }));
    const weighted = lead([entry, lead(pooled([6, 5]), layers.activation({ activation: 'sigmoid' }))], layers.multiply());
    const sums = lead([pooled([6, 1]), weighted, pooled([1, 5])], layers.add());
    const model = await shaken(functionalModel({ inputs: entry, outputs: lead(lead(sums, layers.flatten()), layers.dense({ units: 3 })) }));
    for (const samples of [1, 3]) expect(await differenceFromTfjs(model, features, samples)).toBeLessThan(1e-5);
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

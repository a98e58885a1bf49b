import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { compressModel } from '../../../src/compression/compress-model.ts';
import { fineTune } from '../../../src/compression/fine-tune.ts';
import { insertBottlenecks } from '../../../src/compression/insert-bottlenecks.ts';
import { pipeline } from '../../../src/compression/pipeline.ts';
import { summarize } from '../../../src/models/summarize.ts';
import { data, features, outputsOf, smallBranchedNet, smallConvNet, training } from './small-nets.ts';

let tensors = 0;
beforeAll(() => useBackend());
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

describe.each([
  ['a chain', smallConvNet],
  ['branches', smallBranchedNet],
])('insertBottlenecks in %s', (_, build) => {
  it('makes it cheaper, and moves the outputs less the more channels are left', async () => {
    const model = build();
    const before = await outputsOf(model);
    const moved: number[] = [];
    for (const reduceTo of [0.2, 0.5, 0.8]) {
      const result = await compressModel({ model, features }, insertBottlenecks({ reduceTo }), {
        ...training,
        data: { train: data.validation },
      });
      const after = await outputsOf(result.model);
      moved.push(Math.max(...before.map((value, i) => Math.abs(value - after[i]))));
      expect(summarize(result.model).multiplyAccumulates).toBeLessThan(summarize(model).multiplyAccumulates);
      result.model.dispose();
    }
    expect(moved[2]).toBeLessThan(moved[0]);
    model.dispose();
  });
});

it('says what each convolution reads now and where it would not pay, and the model learns on', async () => {
  const model = smallConvNet();
  const recipe = pipeline([insertBottlenecks({ reduceTo: 0.5 }), fineTune({ epochs: 4 })]);
  const result = await compressModel({ model, features }, recipe, { ...training, data });
  expect(result.notes.map(({ layer, text }) => `${layer}: ${text}`)).toEqual([
    'conv1: stays as it is: with 1 of 1 channels it would cost as much',
    'conv2: reads 4 of 8 channels: 1.9x fewer multiply-adds',
  ]);
  expect(result.rows.at(-1)!.value).toBeGreaterThan(0.9);
  model.dispose();
  result.model.dispose();
});

import { describe, expect, it } from 'vitest';
import { arrayDataset } from '../../../src/data/index.ts';

describe('arrayDataset', () => {
  it('takes lists of numbers and class names', async () => {
    const dataset = arrayDataset({ inputs: [[1, 2], [3, 4], [5, 6]], targets: ['no', 'yes', 'no'] }); // biome-ignore format: one line
    expect(dataset.length).toBe(3);
    expect(dataset.features).toEqual({
      task: 'classification',
      inputShape: [2],
      outputs: 2,
      outputNames: ['no', 'yes'],
      preprocessing: { kind: 'scale', scale: 1, offset: 0 },
    });
    const batch = await dataset.get([2, 1]);
    expect([...batch.inputs, ...batch.targets]).toEqual([5, 6, 3, 4, 0, 1]);
    expect([...(dataset.labels as Int32Array)]).toEqual([0, 1, 0]);
  });

  it('takes images as deep lists or in a row, and scales them', async () => {
    const deep = arrayDataset({ inputs: [[[[0], [255]]], [[[51], [0]]]], targets: [0, 1], task: 'classification', scale: 1 / 255 });
    const flat = arrayDataset({ inputs: [0, 255, 51, 0], inputShape: [1, 2, 1], targets: [0, 1], task: 'classification', scale: 1 / 255 });
    expect(deep.features).toEqual(flat.features);
    expect(deep.features).toMatchObject({ inputShape: [1, 2, 1], outputs: 2, preprocessing: { scale: 1 / 255 } });
    expect(await deep.get([0, 1])).toEqual(await flat.get([0, 1]));
    expect([...(await flat.get([1])).inputs]).toEqual([51 / 255, 0].map(Math.fround));
  });

  it('takes one or several numbers to predict', async () => {
    const one = arrayDataset({ inputs: [[1], [2]], targets: [0.5, 1.5] });
    expect(one.features).toMatchObject({ task: 'regression', outputs: 1, outputNames: ['0'] });
    const two = arrayDataset({ inputs: [[1], [2]], targets: [[1, 2], [3, 4]], outputNames: ['x', 'y'] }); // biome-ignore format: one line
    expect(two.features).toMatchObject({ outputs: 2, outputNames: ['x', 'y'] });
    expect([...(await two.get([1])).targets]).toEqual([3, 4]);
  });

  it.each([
    [{ inputs: [[1, 2], [3]], targets: [0, 1] }, 'inputs[1] has 1 entries; those before have 2.'], // biome-ignore format: one line
    [{ inputs: [[1], [Number.NaN]], targets: [0, 1] }, 'inputs[1][0] is NaN; it must be a number.'],
    [{ inputs: [[1], 2] as never, targets: [0, 1] }, 'inputs[1] is 2; those before have 1.'],
    [{ inputs: [1, 2], targets: [0, 1] }, 'inputs is one row of numbers; say how they make samples'],
    [{ inputs: [1, 2, 3], inputShape: [2], targets: [0] }, 'inputs has 3 numbers, which is no whole number of samples of 2.'],
    [{ inputs: [[1]], targets: [0, 1] }, 'There are 1 inputs but 2 targets.'],
    [{ inputs: [[1]], targets: ['c'], outputNames: ['a', 'b'] }, 'targets[0] is "c"; outputNames has a, b.'],
    [{ inputs: [[1]], targets: [1.5], task: 'classification' as const }, 'targets[0] is 1.5; a class number is 0'],
    [
      { inputs: [[1]], targets: [3], task: 'classification' as const, outputNames: ['a', 'b'] },
      'targets[0] is 3; a class number is 0 ... 1.',
    ],
    [{ inputs: [[1]], targets: [3], outputNames: ['a', 'b'] }, 'outputNames has 2 names; there are 1 outputs.'],
  ])('refuses what does not fit together: %j', (options, message) => {
    expect(() => arrayDataset(options)).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { DataLoader, drawDigits, fitTable, sampleAt, splitPositions, tableOf } from '../../../src/data/index.ts';

describe('sampleAt', () => {
  it('gives an image with its pixels and class', async () => {
    const loader = new DataLoader(drawDigits({ count: 20, seed: 1 }), { batchSize: 4, part: 'test', shuffleSeed: 3 });
    const sample = await sampleAt(loader, 17);
    expect(sample).toMatchObject({ name: 'test image 17', target: 7, notes: [] });
    if (sample.raw.kind !== 'image') throw new Error('not an image');
    expect([...sample.inputs]).toEqual(Array.from(sample.raw.pixels, (level) => Math.fround(level / 255)));
  });

  it('gives a row with raw values and its target in its own unit', async () => {
    const table = tableOf(
      't',
      Array.from({ length: 20 }, (_, i) => ({ size: i, price: 1000 * i })),
    );
    const split = (samples: { length: number }) => splitPositions(samples, 0, 0);
    const { test } = fitTable(table, { target: 'price', task: 'regression' }, { split });
    const sample = await sampleAt(new DataLoader(await test(), { batchSize: 4, part: 'test' }), 1);
    if (sample.raw.kind !== 'row') throw new Error('not a row');
    expect(sample.raw.values.map(({ column }) => column)).toEqual(['size']);
    expect(sample.target).toBeCloseTo(1000 * Number(sample.raw.values[0].value), 2);
    expect(sample.name).toBe('test row 1');
  });

  it('counts the samples of the loader, not of the dataset', async () => {
    const loader = new DataLoader(drawDigits({ count: 20, seed: 1 }), { batchSize: 4, positions: Uint32Array.of(3, 14) });
    expect((await sampleAt(loader, 1)).target).toBe(4);
  });

  it.each([-1, 2, 0.5, Number.NaN])('refuses index %s and says which there are', async (index) => {
    const loader = new DataLoader(drawDigits({ count: 2, seed: 1 }), { batchSize: 4, part: 'test' });
    const message = `There is no test sample ${index}; index must be a whole number from 0 to 1.`;
    await expect(sampleAt(loader, index)).rejects.toMatchObject({ code: 'usage', message });
  });

  it('refuses rows that are prepared in another way than in the training', async () => {
    const tests = [20, 25].map((rows) => {
      const table = tableOf(
        't',
        Array.from({ length: rows }, (_, i) => ({ size: i, price: 1000 * i })),
      );
      return fitTable(table, { target: 'price', task: 'regression' }, { split: (samples) => splitPositions(samples, 0, 0) }).test();
    });
    const [trained, now] = (await Promise.all(tests)).map((dataset) => new DataLoader(dataset, { batchSize: 4, part: 'test' }));
    await expect(sampleAt(now, 1, trained.features)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('"size" was {'),
    });
    expect((await sampleAt(now, 1, now.features)).name).toBe('test row 1');
  });
});

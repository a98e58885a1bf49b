import { describe, expect, it } from 'vitest';
import { DataLoader } from '../../../src/data/data-loader.ts';
import type { Batch } from '../../../src/data/dataset.ts';
import { ImageDataset } from '../../../src/data/images/image-dataset.ts';

/** Images of one pixel; pixel and label are the position. */
function numbered(count: number): ImageDataset {
  const values = Uint8Array.from({ length: count }, (_, i) => i);
  return new ImageDataset({ pixels: values, labels: values, shape: [1, 1, 1], classNames: Array.from({ length: 256 }, (_, i) => `${i}`) });
}

async function collect(batches: AsyncIterable<Batch>): Promise<number[][]> {
  const all: number[][] = [];
  for await (const batch of batches) all.push([...batch.targets]);
  return all;
}

describe('DataLoader', () => {
  it('keeps the order of the dataset without a shuffle seed, and the last smaller batch', async () => {
    const loader = new DataLoader(numbered(5), { batchSize: 2 });
    expect(loader.steps).toBe(3);
    expect(await collect(loader.epoch())).toEqual([[0, 1], [2, 3], [4]]);
    expect(await collect(loader.epoch(7))).toEqual([[0, 1], [2, 3], [4]]);
  });

  it('shuffles as a pure function of seed and epoch', async () => {
    const make = (shuffleSeed: number) => new DataLoader(numbered(50), { batchSize: 8, shuffleSeed });
    const loader = make(0);
    const first = await collect(loader.epoch(0));
    const second = await collect(loader.epoch(1));
    expect(first.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(second).not.toEqual(first);
    expect(await collect(loader.epoch(0))).toEqual(first);
    expect(await collect(make(0).epoch(1))).toEqual(second);
    expect(await collect(make(1).epoch(0))).not.toEqual(first);
  });

  it('goes on at any step as if it had not stopped', async () => {
    const loader = new DataLoader(numbered(20), { batchSize: 3, shuffleSeed: 4 });
    const whole = await collect(loader.epoch(2));
    for (let step = 0; step <= loader.steps; step++) expect(await collect(loader.epoch(2, { fromStep: step }))).toEqual(whole.slice(step));
  });

  it('uses only the given positions', async () => {
    const positions = Uint32Array.of(9, 3, 5);
    const loader = new DataLoader(numbered(10), { batchSize: 2, positions });
    expect(loader.length).toBe(3);
    expect(await collect(loader.epoch())).toEqual([[9, 3], [5]]);
    const shuffled = await collect(new DataLoader(numbered(10), { batchSize: 2, shuffleSeed: 1, positions }).epoch());
    expect(shuffled.flat().sort()).toEqual([3, 5, 9]);
    expect([...positions]).toEqual([9, 3, 5]);
  });

  it('gives the same samples in the same order, changed by further settings', async () => {
    const plain = new DataLoader(numbered(8), { batchSize: 4, shuffleSeed: 3, augmentation: { brightness: 0.2 } });
    const both = new DataLoader(numbered(8), { batchSize: 4, shuffleSeed: 3, augmentation: { brightness: 0.2, mixup: 1 } });
    const inputs = async (loader: DataLoader) => {
      const all: number[][] = [];
      for await (const batch of loader.epoch(1)) all.push([...batch.inputs]);
      return all;
    };
    expect(await inputs(plain.augmented({ mixup: 1 }))).toEqual(await inputs(both));
    expect(await inputs(plain)).not.toEqual(await inputs(both));
    expect(() => plain.augmented({ mixup: -1 })).toThrow('data.augmentation.mixup is -1');
  });

  it('gives batches that the consumer may keep', async () => {
    const kept: Batch[] = [];
    for await (const batch of new DataLoader(numbered(4), { batchSize: 1 }).epoch()) kept.push(batch);
    expect(kept.map(({ inputs }) => inputs[0])).toEqual([0, 1, 2, 3].map((level) => Math.fround(level / 255)));
  });

  it('ends without reading on when the consumer stops', async () => {
    let reads = 0;
    const dataset = numbered(100);
    const get = dataset.get.bind(dataset);
    dataset.get = (indices) => {
      reads++;
      return get(indices);
    };
    for await (const batch of new DataLoader(dataset, { batchSize: 10 }).epoch()) if (batch.targets[0] === 10) break;
    expect(reads).toBe(2);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a batch size of %s', (batchSize) => {
    expect(() => new DataLoader(numbered(4), { batchSize })).toThrow(
      `data.batchSize is ${batchSize}; it must be a whole number, at least 1.`,
    );
  });

  it('refuses a dataset without samples', () => {
    expect(() => new DataLoader(numbered(0), { batchSize: 1, part: 'test' })).toThrow('There are no test samples.');
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DataLoader, type DataLoaderOptions } from '../../../../src/data/data-loader.ts';
import type { Batch, Dataset } from '../../../../src/data/dataset.ts';
import { readImageFolder } from '../../../../src/data/images/folder/read-image-folder.ts';
import { ReadingTime } from '../../../../src/data/workers/reading-time.ts';
import { pictureCount, pictureFolder } from './picture-folder.ts';

async function open(folder: string, onCorrupt: 'error' | 'skip' = 'error', cache = false): Promise<Dataset> {
  return (await readImageFolder(folder, { height: 4, width: 4, testSplit: 0, onCorrupt, cache })).train;
}

function loaderOf(dataset: Dataset, options: Partial<DataLoaderOptions> = {}): DataLoader {
  const loader = new DataLoader(dataset, { batchSize: 6, shuffleSeed: 1, ...options });
  onTestFinished(() => loader.close());
  return loader;
}

async function collect(loader: DataLoader, epoch = 0, firstStep = 0): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of loader.epoch(epoch, { fromStep: firstStep })) batches.push(batch);
  return batches;
}

const augmentation = { flip: 'horizontal', rotate: 20, mixup: 0.3, contrast: 0.2 } as const;
const classWeights = Float32Array.of(0.5, 2);

describe('DataLoader with workers', () => {
  it('gives the same batches in the same order, to the bit, with any number of them', async () => {
    const dataset = await open(pictureFolder());
    const alone = loaderOf(dataset, { augmentation, classWeights });
    for (const workers of [1, 2]) {
      const loader = loaderOf(dataset, { augmentation, classWeights, workers });
      expect(await collect(loader)).toEqual(await collect(alone));
      expect(await collect(loader, 5, 3)).toEqual(await collect(alone, 5, 3));
    }
  });

  it('shares a cache of pixels', async () => {
    const folder = pictureFolder();
    const dataset = await open(folder, 'error', true);
    const first = await collect(loaderOf(dataset, { workers: 2 }));
    for (let i = 0; i < pictureCount; i++)
      writeFileSync(join(folder, i % 2 === 0 ? 'a' : 'b', `${String(i).padStart(2, '0')}.png`), 'gone');
    expect(await collect(loaderOf(dataset))).toEqual(first);
  });

  it('throws what reading throws, where the batch is due', async () => {
    const folder = pictureFolder({ 'b/05.png': 'no picture' });
    const loader = loaderOf(await open(folder), { workers: 2, shuffleSeed: undefined, batchSize: 5 });
    let batches = 0;
    const read = async () => {
      for await (const _ of loader.epoch()) batches++;
    };
    await expect(read()).rejects.toMatchObject({
      name: 'DlError',
      code: 'data',
      message: expect.stringContaining(join(folder, 'b', '05.png')),
    });
    expect(batches).toBe(4); // a/00 ... a/38 come first
  });

  it('counts what was left out in the threads', async () => {
    const folder = pictureFolder({ 'b/05.png': 'no picture', 'a/06.png': '' });
    const alone = loaderOf(await open(folder, 'skip'));
    const loader = loaderOf(await open(folder, 'skip'), { workers: 2 });
    expect(await collect(loader)).toEqual(await collect(alone));
    await collect(loader, 1);
    expect(loader.skipped).toEqual(alone.skipped);
    expect(loader.skipped.map(({ index }) => index)).toEqual([3, 22]);
  });

  it('passes over a batch of which nothing could be read', async () => {
    const folder = pictureFolder({ 'a/00.png': '', 'a/02.png': '' });
    for (const workers of [0, 1]) {
      const loader = loaderOf(await open(folder, 'skip'), { batchSize: 2, shuffleSeed: undefined, workers });
      expect((await collect(loader)).length).toBe(loader.steps - 1);
    }
  });

  it('can be stopped in the middle and read again', async () => {
    const dataset = await open(pictureFolder());
    const loader = loaderOf(dataset, { workers: 2 });
    for await (const _ of loader.epoch()) break;
    expect(await collect(loader, 1)).toEqual(await collect(loaderOf(dataset), 1));
    await loader.close();
    expect(await collect(loader, 1)).toEqual(await collect(loaderOf(dataset), 1));
  });

  it('reads datasets without an opener on its own thread', async () => {
    const { opener: _, ...dataset } = { ...(await open(pictureFolder())) };
    const plain = {
      ...dataset,
      length: pictureCount,
      get: async () => ({ size: 1, inputs: new Float32Array(48), targets: Int32Array.of(0) }),
    };
    expect((await collect(loaderOf(plain as Dataset, { workers: 2 }))).length).toBe(7);
  });

  it.each([-1, 1.5])('refuses %s workers', async (workers) => {
    const dataset = await open(pictureFolder());
    expect(() => new DataLoader(dataset, { batchSize: 1, workers })).toThrow(
      `data.workers is ${workers}; it must be "auto" or a whole number`,
    );
  });
});

describe('ReadingTime', () => {
  it('asks for threads only where reading takes a noticeable share of the time', () => {
    const workersFor = (reading: number, using: number, batches = 4) => {
      const time = new ReadingTime();
      for (let i = 0; i < batches; i++) time.add(reading, using);
      return time.workers;
    };
    expect(workersFor(9, 91)).toBe(0);
    expect(workersFor(50, 50, 3)).toBe(0);
    expect(workersFor(0, 0)).toBe(0);
    expect(workersFor(50, 50)).toBeLessThanOrEqual(4);
  });
});

import { describe, expect, it } from 'vitest';
import {
  createDataLoaders,
  DataLoader,
  type DataSource,
  defineDataset,
  type StreamSample,
  streamDataset,
} from '../../../src/data/index.ts';

async function* count(epoch: number): AsyncGenerator<StreamSample> {
  for (let i = 0; ; i++) yield { input: [i, epoch], target: i % 2 };
}

const stream = (length = 5, samples: (epoch: number) => AsyncIterable<StreamSample> | Iterable<StreamSample> = count) =>
  streamDataset({ task: 'classification', inputShape: [2], outputNames: ['even', 'odd'], length, samples });

async function collect(loader: DataLoader, epoch = 0): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const { inputs, targets, size } of loader.epoch(epoch)) {
    expect([inputs.length, targets.length]).toEqual([2 * size, size]);
    batches.push([...inputs]);
  }
  return batches;
}

describe('streamDataset', () => {
  it('gives batches in its own order, as many samples as its length, even if it never ends', async () => {
    const loader = new DataLoader(stream(), { batchSize: 2, shuffleSeed: 0 });
    expect([loader.length, loader.steps, loader.resumesAtEpochsOnly]).toEqual([5, 3, true]);
    expect(await collect(loader, 7)).toEqual([[0, 7, 1, 7], [2, 7, 3, 7], [4, 7]]); // biome-ignore format: one line
  });

  it('ends the iteration when the consumer stops', async () => {
    let ended = false;
    const loader = new DataLoader(
      stream(100, function* () {
        try {
          for (;;) yield { input: [0, 0], target: 1 };
        } finally {
          ended = true;
        }
      }),
      { batchSize: 2 },
    );
    for await (const _ of loader.epoch()) break;
    expect(ended).toBe(true);
  });

  it('resumes at epochs only', async () => {
    await expect(new DataLoader(stream(), { batchSize: 2 }).epoch(0, { fromStep: 1 }).next()).rejects.toMatchObject({ code: 'refused' });
    expect(new DataLoader(stream(), { batchSize: 2 }).resumesAtEpochsOnly).toBe(true);
    expect(() => stream().get([0])).toThrow('single ones cannot be asked for');
  });

  it.each([
    [[{ input: [1, 2], target: 1 }], 'The stream ended after 1 samples; its length says 5.'],
    [[{ input: [1], target: 1 }], 'Sample 0 of the stream has 1 inputs and 1 targets; it must have 2 and 1.'],
    [[{ input: [1, 2], target: 2 }], 'Sample 0 of the stream has the class 2; it must be 0 ... 1.'],
  ])('refuses samples that do not fit: %j', async (samples, message) => {
    await expect(
      collect(
        new DataLoader(
          stream(5, () => samples),
          { batchSize: 2 },
        ),
      ),
    ).rejects.toThrow(message);
  });

  it('is not split: it validates on a stream of its own, or not at all', async () => {
    const load = (source: Partial<DataSource>, validationSplit: number) => {
      const definition = defineDataset({
        name: 'counts',
        defaults: {},
        load: () => ({ train: stream(), test: async () => stream(), ...source }),
      });
      return createDataLoaders([definition], { name: 'counts', batchSize: 2, validationSplit }, { seed: 0 });
    };
    await expect(load({}, 0.1)).rejects.toThrow(
      'A stream cannot be split: give its DataSource a `validation` of its own, or set data.validationSplit=0.',
    );
    expect((await load({}, 0)).validation).toBeUndefined();
    const data = await load({ validation: stream(3) }, 0.1);
    expect([data.train.length, data.validation?.length]).toEqual([5, 3]);
  });
});

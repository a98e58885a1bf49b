import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDataLoaders, defineDataset, drawDigits, fitTable, tableOf } from '../../../src/data/index.ts';

const digits = defineDataset({
  name: 'digits',
  defaults: { images: 100 },
  load: ({ images }) => ({ train: drawDigits({ count: images, seed: 1 }), test: async () => drawDigits({ count: 20, seed: 2 }) }),
});

const settings = { name: 'digits', images: 100, batchSize: 16, validationSplit: 0.2 } as const;

describe('createDataLoaders', () => {
  it('splits by classes, shuffles only the training, and keeps the last batch', async () => {
    const data = await createDataLoaders([digits], settings, { seed: 0 });
    expect([data.train.length, data.validation?.length, (await data.test()).length]).toEqual([80, 20, 20]);
    expect([data.train.part, data.validation?.part, (await data.test()).part]).toEqual(['training', 'validation', 'test']);
    const counts = new Array<number>(10).fill(0);
    for await (const { targets } of data.validation!.epoch()) for (const label of targets) counts[label]++;
    expect(counts).toEqual(new Array(10).fill(2));
    expect(data.features.outputs).toBe(10);
  });

  it('follows from the seed alone', async () => {
    const first = async (seed: number) => {
      const { train, validation } = await createDataLoaders([digits], settings, { seed });
      const batches = await Promise.all([train.epoch(3).next(), validation!.epoch().next()]);
      return batches.map(({ value }) => value?.inputs);
    };
    expect(await first(0)).toEqual(await first(0));
    expect(await first(0)).not.toEqual(await first(1));
  });

  it('has no validation for a split of 0', async () => {
    const data = await createDataLoaders([digits], { ...settings, validationSplit: 0 }, { seed: 0 });
    expect(data.validation).toBeUndefined();
    expect(data.train.length).toBe(100);
  });

  it('reads the test data only when asked, and once', async () => {
    let reads = 0;
    const counted = defineDataset({
      name: 'counted',
      defaults: {},
      load: () => ({
        train: drawDigits({ count: 20, seed: 1 }),
        test: async () => {
          reads++;
          return drawDigits({ count: 10, seed: 2 });
        },
      }),
    });
    const data = await createDataLoaders([counted], { name: 'counted', batchSize: 4, validationSplit: 0.1 }, { seed: 0 });
    expect(reads).toBe(0);
    expect(await data.test()).toBe(await data.test());
    expect(reads).toBe(1);
  });

  it('tries to read the test data again after it failed', async () => {
    let reads = 0;
    const flaky = defineDataset({
      name: 'flaky',
      defaults: {},
      load: () => ({
        train: drawDigits({ count: 20, seed: 1 }),
        test: async () => {
          if (reads++ === 0) throw new Error('not there yet');
          return drawDigits({ count: 10, seed: 2 });
        },
      }),
    });
    const data = await createDataLoaders([flaky], { name: 'flaky', batchSize: 4, validationSplit: 0.1 }, { seed: 0 });
    await expect(data.test()).rejects.toThrow('not there yet');
    expect((await data.test()).length).toBe(10);
  });

  it('gives the definition its options, the root and the split that the loaders use', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => ({ x: i, y: i * 2 }));
    let held: Uint32Array | undefined;
    const probe = defineDataset({
      name: 'probe',
      defaults: { file: 'a.csv' },
      load: (options, context) => {
        expect(options).toEqual({ file: 'b.csv' });
        expect(context.root).toBe(resolve('/project'));
        const source = fitTable(tableOf('probe', rows), { target: 'y', task: 'regression' }, context);
        held = context.split(source.train).validation;
        return source;
      },
    });
    const config = { name: 'probe', file: 'b.csv', batchSize: 64, validationSplit: 0.25 } as const;
    const data = await createDataLoaders([probe], config, { seed: 5, root: resolve('/project') });
    expect(data.validation?.length).toBe(10);
    expect(Array.from({ length: 10 }, (_, i) => data.validation?.position(i))).toEqual([...held!]);
  });

  it('cross-validates: each sample in one fold, all of them with the seed of the training', async () => {
    const load = (fold: number) => createDataLoaders([digits], { ...settings, folds: 4, fold }, { seed: 0 });
    const held: number[] = [];
    for (let fold = 0; fold < 4; fold++) {
      const { train, validation } = await load(fold);
      expect([train.length, validation!.length]).toEqual([75, 25]);
      for (let i = 0; i < 25; i++) held.push(validation!.position(i));
    }
    expect(held.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    await expect(load(4)).rejects.toThrow('data.fold is 4; with data.folds 4 it must be a whole number from 0 to 3.');
  });

  it('takes the validation set that the data brings, and holds nothing back', async () => {
    const official = defineDataset({
      name: 'official',
      defaults: {},
      load: () => ({
        train: drawDigits({ count: 30, seed: 1 }),
        validation: drawDigits({ count: 12, seed: 3 }),
        test: async () => drawDigits({ count: 10, seed: 2 }),
      }),
    });
    const data = await createDataLoaders([official], { name: 'official', batchSize: 4, validationSplit: 0.5 }, { seed: 0 });
    expect([data.train.length, data.validation?.length]).toEqual([30, 12]);
  });

  it('augments and weighs the training batches only, anew in every epoch', async () => {
    const changed = { ...settings, augmentation: { cropPadding: 3 }, classWeights: 'balanced' as const };
    const [plain, data] = await Promise.all([settings, changed].map((some) => createDataLoaders([digits], some, { seed: 0 })));
    const first = async (loader: typeof data.train, epoch = 0) => (await loader.epoch(epoch).next()).value!;
    const { inputs, targets, weights } = await first(data.train);
    expect(targets).toEqual((await first(plain.train)).targets);
    expect(inputs).not.toEqual((await first(plain.train)).inputs);
    expect(inputs).toEqual((await first(data.train)).inputs);
    expect(weights).toHaveLength(16);
    expect(await first(data.validation!)).toEqual(await first(plain.validation!));
    expect(await first(await data.test())).toEqual(await first(await plain.test()));
  });

  it('refuses splits outside [0, 1), batch sizes below 1 and unknown names', async () => {
    const load = (change: object) => createDataLoaders([digits], { ...settings, ...change }, { seed: 0 });
    await expect(load({ validationSplit: 1 })).rejects.toThrow(
      'data.validationSplit is 1; it must be at least 0 (no validation) and below 1.',
    );
    await expect(load({ validationSplit: -0.1 })).rejects.toThrow('data.validationSplit is -0.1');
    await expect(load({ validationSplit: 0.001 })).rejects.toThrow('leaves 100 of 100 samples to train and 0 for the validation');
    await expect(load({ batchSize: 0 })).rejects.toThrow('data.batchSize is 0');
    await expect(load({ name: 'digit' })).rejects.toThrow('Did you mean digits?');
    // @ts-expect-error a misspelt name does not compile
    await expect(createDataLoaders([digits], { ...settings, name: 'digit' }, { seed: 0 })).rejects.toMatchObject({ code: 'name' });
    // @ts-expect-error nor an option of the wrong type
    await expect(createDataLoaders([digits], { ...settings, images: '100' }, { seed: 0 })).rejects.toMatchObject({ code: 'config' });
  });
});

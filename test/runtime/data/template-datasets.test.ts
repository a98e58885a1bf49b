import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDataLoaders, type DatasetDefinition } from '../../../src/data/index.ts';
import { idxBytes } from './images/idx-bytes.ts';
import { pngBytes } from './images/png-bytes.ts';
import { folderWith } from './temporary-files.ts';

const templates = new URL('../../../templates/app/src/data/', import.meta.url);

async function templateDataset(name: string): Promise<DatasetDefinition> {
  const module: Record<string, DatasetDefinition> = await import(new URL(`${name}.ts`, templates).href);
  return Object.values(module)[0];
}

async function loadTemplate(name: string, options: object = {}, root?: string) {
  const definition = await templateDataset(name);
  const settings = { ...definition.defaults, ...options, name, batchSize: 8, validationSplit: 0.2 };
  return createDataLoaders([definition], settings, { seed: 0, root });
}

describe('the datasets of the templates', () => {
  it('are named like their files', async () => {
    const names = readdirSync(templates).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
    for (const file of names) expect(`${(await templateDataset(file.replace('.ts', ''))).name}.ts`).toBe(file);
    expect(names.length).toBe(11);
  });

  it.each([
    [
      'synthetic-digits',
      { trainImages: 100, testImages: 10 },
      { task: 'classification', inputShape: [28, 28, 1], outputs: 10 },
      [80, 20, 10],
    ],
    ['iris', {}, { task: 'classification', inputShape: [4], outputNames: ['setosa', 'versicolor', 'virginica'] }, [96, 24, 30]],
    [
      'synthetic-machines',
      { rows: 500 },
      { task: 'classification', inputShape: [7], outputNames: ['healthy', 'poor cooling', 'unbalanced', 'worn bearing'] },
      [320, 80, 100],
    ],
    ['synthetic-houses', { rows: 500 }, { task: 'regression', inputShape: [14], outputNames: ['price'] }, [320, 80, 100]],
  ])('load %s without a file', async (name, options, features, sizes) => {
    const data = await loadTemplate(name, options);
    expect(data.features).toMatchObject(features);
    expect([data.train.length, data.validation?.length, (await data.test()).length]).toEqual(sizes);
  });

  it('load IDX files from a folder of the project; the training does not need the test files', async () => {
    const root = folderWith({
      'train-images-idx3-ubyte': idxBytes([10, 1, 1], new Uint8Array(10)),
      'train-labels-idx1-ubyte': idxBytes(
        [10],
        Uint8Array.from({ length: 10 }, (_, i) => i % 2),
      ),
    });
    const data = await loadTemplate('idx', { folder: '.', classNames: ['cat', 'dog'] }, root);
    expect([data.train.length, data.validation?.length, data.features.outputs]).toEqual([8, 2, 2]);
    await expect(data.test()).rejects.toThrow(`No test images in ${root}`);
  });

  it('load pictures from a folder of the project', async () => {
    const picture = pngBytes(1, 1, 'grey', [255]);
    const names = ['cat', 'dog'].flatMap((name) => Array.from({ length: 10 }, (_, i) => `${name}/${i}.png`));
    const root = folderWith(Object.fromEntries(names.map((name) => [`pictures/${name}`, picture])));
    const data = await loadTemplate('image-folder', { folder: 'pictures', channels: 1 }, root);
    expect(data.features).toMatchObject({ inputShape: [32, 32, 1], outputNames: ['cat', 'dog'], background: 'light' });
    expect([data.train.length, data.validation?.length, (await data.test()).length]).toEqual([13, 3, 4]);
  });

  const lines = (count: number) => Array.from({ length: count }, (_, i) => `kind ${i}`).join('\n');
  const batches = Object.fromEntries([1, 2, 3, 4, 5].map((batch) => [`data_batch_${batch}.bin`, Buffer.alloc(2 * 3073)]));
  const idx = {
    'train-images-idx3-ubyte': idxBytes([10, 28, 28], new Uint8Array(7840)),
    'train-labels-idx1-ubyte': idxBytes([10], new Uint8Array(10)),
    't10k-images-idx3-ubyte': idxBytes([1, 28, 28], new Uint8Array(784)),
    't10k-labels-idx1-ubyte': idxBytes([1], new Uint8Array(1)),
  };
  it.each([
    ['mnist', idx, [28, 28, 1], '9'],
    ['fashion-mnist', idx, [28, 28, 1], 'Ankle boot'],
    ['cifar10', { ...batches, 'test_batch.bin': Buffer.alloc(3073), 'batches.meta.txt': lines(10) }, [32, 32, 3], 'kind 9'],
    [
      'cifar100',
      {
        'train.bin': Buffer.alloc(10 * 3074),
        'test.bin': Buffer.alloc(3074),
        'fine_label_names.txt': lines(100),
        'coarse_label_names.txt': lines(20),
      },
      [32, 32, 3],
      'kind 99',
    ],
  ])('load %s from a folder of the project, without a download', async (name, files, inputShape, lastClass) => {
    const data = await loadTemplate(name, { folder: '.' }, folderWith(files));
    expect(data.features.inputShape).toEqual(inputShape);
    expect(data.features.outputNames.at(-1)).toBe(lastClass);
    expect([data.train.length, data.validation?.length, (await data.test()).length]).toEqual([8, 2, 1]);
  });

  it('load a CSV file of the project for either task', async () => {
    const lines = Array.from({ length: 50 }, (_, i) => `${i};${i % 2 === 0 ? 'a' : 'b'};${i * 3},5`);
    const root = folderWith({ 'table.csv': `size;kind;price\n${lines.join('\n')}\n` });
    const kinds = await loadTemplate('csv', { file: 'table.csv', target: 'kind' }, root);
    expect(kinds.features).toMatchObject({ task: 'classification', outputNames: ['a', 'b'], inputShape: [2] });
    const prices = await loadTemplate('csv', { file: 'table.csv', target: 'price', task: 'regression', ignore: ['size'] }, root);
    expect(prices.features).toMatchObject({ task: 'regression', outputNames: ['price'], inputShape: [2] });
    await expect(loadTemplate('csv', {}, root)).rejects.toThrow(`There is no file ${root}/dataset/table.csv.`);
  });
});

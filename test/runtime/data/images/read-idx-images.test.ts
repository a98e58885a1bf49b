import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readIdxImages } from '../../../../src/data/images/read-idx-images.ts';
import { describeWith, mnist, mnistFolder } from '../../../support/requirements.ts';
import { folderWith } from '../temporary-files.ts';
import { idxBytes } from './idx-bytes.ts';

const images = idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 6]);
const labels = idxBytes([2], [7, 9]);

describe('readIdxImages', () => {
  it.each([
    ['train', 'train-images-idx3-ubyte', 'train-labels-idx1-ubyte'],
    ['train', 'train-images.idx3-ubyte', 'train-labels-idx1-ubyte.gz'],
    ['test', 't10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'],
    ['test', 'test-images.idx3-ubyte.gz', 'test-labels.idx1-ubyte'],
  ] as const)('finds the %s files %s and %s', async (part, imageFile, labelFile) => {
    const pack = (name: string, bytes: Buffer) => (name.endsWith('.gz') ? gzipSync(bytes) : bytes);
    const folder = folderWith({ [imageFile]: pack(imageFile, images), [labelFile]: pack(labelFile, labels) });
    const dataset = await readIdxImages(folder, part);
    expect(dataset.length).toBe(2);
    expect(dataset.features.inputShape).toEqual([1, 3, 1]);
    expect(dataset.features.outputNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect([...dataset.get([1]).targets]).toEqual([9]);
    expect(dataset.raw(0)).toMatchObject({ pixels: Uint8Array.of(1, 2, 3) });
  });

  it('reads colour images and class names', async () => {
    const folder = folderWith({
      'train-images-idx4-ubyte': idxBytes([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]),
      'train-labels-idx1-ubyte': idxBytes([1], [1]),
    });
    const { features } = await readIdxImages(folder, 'train', { classNames: ['cat', 'dog'] });
    expect(features.inputShape).toEqual([1, 2, 3]);
    expect(features.outputNames).toEqual(['cat', 'dog']);
  });

  it('refuses images and labels that do not belong together', async () => {
    const read = (imageBytes: Buffer, labelBytes: Buffer, classNames?: string[]) =>
      readIdxImages(folderWith({ 'train-images-idx3-ubyte': imageBytes, 'train-labels-idx1-ubyte': labelBytes }), 'train', { classNames });
    await expect(read(images, idxBytes([3], [1, 2, 3]))).rejects.toThrow(
      /train-images-idx3-ubyte has 2 images but .*train-labels-idx1-ubyte has 3 labels/,
    );
    await expect(read(images, idxBytes([2], [1, 10]))).rejects.toThrow(
      'the label of image 1 is 10; with 10 class names it must be 0 ... 9',
    );
    await expect(read(images, labels, ['a', 'b'])).rejects.toThrow('the label of image 0 is 7; with 2 class names it must be 0 ... 1');
    await expect(read(labels, images)).rejects.toThrow('Are images and labels swapped?');
    await expect(read(labels, labels)).rejects.toThrow('holds 2 bytes, not images x height x width');
    await expect(read(idxBytes([0, 28, 28], []), idxBytes([0], []))).rejects.toThrow('has no images');
  });

  it('says which names it looked for and what is there', async () => {
    const folder = folderWith({ 'train-images-idx3-ubyte': images, 'photo.jpg': '' });
    await expect(readIdxImages(folder, 'train')).rejects.toMatchObject({
      code: 'missing',
      message: `No train labels in ${folder}: looked for train-labels-idx1-ubyte, train-labels.idx1-ubyte, each also with .gz. The folder has photo.jpg, train-images-idx3-ubyte.`,
    });
    await expect(readIdxImages(folder, 'test')).rejects.toThrow(/looked for t10k-images-idx3-ubyte, .*test-images-idx3-ubyte/);
    await expect(readIdxImages(`${folder}/none`, 'test')).rejects.toThrow(`There is no folder ${folder}/none. data.folder must name`);
    await expect(readIdxImages(folderWith({}), 'test')).rejects.toThrow('The folder is empty.');
    await expect(readIdxImages(`${folder}/photo.jpg`, 'test')).rejects.toThrow('cannot be read: a part of its path is not a folder');
  });
});

describeWith(mnist, 'readIdxImages on MNIST', () => {
  it('reads all images, light on dark', async () => {
    const [train, test] = await Promise.all([readIdxImages(mnistFolder!, 'train'), readIdxImages(mnistFolder!, 'test')]);
    expect([train.length, test.length]).toEqual([60_000, 10_000]);
    expect([...train.get([0, 1, 2, 3, 4]).targets]).toEqual([5, 0, 4, 1, 9]);
    expect([...test.get([0, 1, 2]).targets]).toEqual([7, 2, 1]);
    expect(train.features.background).toBe('dark');
    let sum = 0;
    for (let i = 0; i < 100; i++) for (const value of train.get([i]).inputs) sum += value;
    expect(sum / 78_400).toBeCloseTo(0.13, 1);
  });
});

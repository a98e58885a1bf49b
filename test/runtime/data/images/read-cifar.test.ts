import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCifar10, readCifar100 } from '../../../../src/data/images/read-cifar.ts';
import { fileWith, folderWith } from '../temporary-files.ts';

/** Images of one colour `[label..., red, green, blue]`. */
function records(...images: readonly { labels: readonly number[]; colour: readonly [number, number, number] }[]): Buffer {
  return Buffer.concat(images.flatMap(({ labels, colour }) => [Buffer.from(labels), ...colour.map((level) => Buffer.alloc(1024, level))]));
}

const red = { labels: [3], colour: [255, 0, 0] } as const;
const blue = { labels: [9], colour: [0, 0, 255] } as const;

describe('readCifar10', () => {
  it('reads the batches in order, turns planes into pixels, and names the classes', async () => {
    const root = folderWith({
      'cifar-10-batches-bin/data_batch_1.bin': records(red, blue),
      'cifar-10-batches-bin/data_batch_2.bin': records(blue),
      'cifar-10-batches-bin/test_batch.bin': records(red),
      'cifar-10-batches-bin/batches.meta.txt': 'airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n',
    });
    const train = await readCifar10(root, 'train');
    expect(train.features).toMatchObject({ inputShape: [32, 32, 3], outputs: 10 });
    const { inputs, targets } = train.get([0, 1, 2]);
    expect(Array.from(targets, (label) => train.features.outputNames[label])).toEqual(['cat', 'truck', 'truck']);
    expect([...inputs.subarray(0, 3), ...inputs.subarray(2 * 3072 - 3, 2 * 3072)]).toEqual([1, 0, 0, 0, 0, 1]);
    expect((await readCifar10(join(root, 'cifar-10-batches-bin'), 'test')).length).toBe(1);
  });

  it('refuses files that are cut off, empty, of another kind or far too large, before memory is taken', async () => {
    const file = fileWith('data_batch_1.bin', records(red, blue).subarray(0, 4000));
    const folder = join(file, '..');
    await expect(readCifar10(folder, 'train')).rejects.toMatchObject({
      code: 'data',
      message: `${file} holds 1 images and 927 bytes are left over: it is cut off, or of another kind. An image takes 3,073 bytes; fetch the file again.`,
    });
    truncateSync(file, 0);
    await expect(readCifar10(folder, 'train')).rejects.toThrow('data_batch_1.bin is empty.');
    truncateSync(file, 3073 * 10_000_000); // sparse
    await expect(readCifar10(folder, 'train')).rejects.toThrow('MB large, too much for CIFAR');
    const foreign = folderWith({ 'test_batch.bin': records({ labels: [10], colour: [0, 0, 0] }) });
    await expect(readCifar10(foreign, 'test')).rejects.toThrow('the label of image 0 is 10; with 10 class names it must be 0 ... 9.');
  });

  it('says which files it looked for', async () => {
    await expect(readCifar10('nowhere', 'train')).rejects.toMatchObject({ code: 'missing' });
    const root = folderWith({ 'batches.meta.txt': '' });
    await expect(readCifar10(root, 'test')).rejects.toThrow(
      `No test images in ${root}: looked for test_batch.bin. The folder has batches.meta.txt.`,
    );
    const named = folderWith({ 'test_batch.bin': records(red), 'batches.meta.txt': 'cat\ndog\n' });
    await expect(readCifar10(named, 'test')).rejects.toThrow('batches.meta.txt names 2 classes; there are 10.');
  });
});

describe('readCifar100', () => {
  it('reads the fine or the coarse label', async () => {
    const root = folderWith({
      'train.bin': records({ labels: [4, 77], colour: [1, 2, 3] }),
      'test.bin': records({ labels: [0, 99], colour: [0, 0, 0] }),
    });
    const fine = await readCifar100(root, 'train');
    expect([fine.labels[0], fine.features.outputs]).toEqual([77, 100]);
    const coarse = await readCifar100(root, 'train', { labels: 'coarse' });
    expect([coarse.labels[0], coarse.features.outputs]).toEqual([4, 20]);
    expect((await readCifar100(root, 'test')).labels[0]).toBe(99);
    await expect(readCifar100(root, 'test', { labels: 'rough' as 'fine' })).rejects.toMatchObject({ code: 'config' });
  });
});

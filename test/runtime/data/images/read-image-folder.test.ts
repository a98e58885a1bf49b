import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import { readImageFolder } from '../../../../src/data/images/folder/read-image-folder.ts';
import { folderWith } from '../temporary-files.ts';
import { pngBytes } from './png-bytes.ts';

const context = { height: 2, width: 2 };

/** A picture of 2x2 pixels of one level. */
const grey = (level: number) => pngBytes(2, 2, 'grey', new Uint8Array(4).fill(level));

describe('readImageFolder', () => {
  it('takes the folders as classes, in the order of character codes as Keras, with files sorted inside', async () => {
    const root = folderWith({
      'dog/b.png': grey(2),
      'dog/a.PNG': grey(1),
      'Zebra/x.png': grey(3),
      'ant/deep/er.png': grey(4),
      'ant/.hidden.png': grey(9),
      'ant/notes.txt': 'no picture',
      '.git/x.png': grey(9),
      'readme.md': '',
    });
    const { train } = await readImageFolder(root, { ...context, channels: 1, testSplit: 0 });
    expect(train.features).toMatchObject({ task: 'classification', outputNames: ['Zebra', 'ant', 'dog'], inputShape: [2, 2, 1] });
    const { inputs, targets, size } = await train.get([0, 1, 2, 3]);
    expect(size).toBe(4);
    expect([...targets]).toEqual([0, 1, 2, 2]);
    expect([0, 4, 8, 12].map((at) => Math.round(inputs[at] * 255))).toEqual([3, 4, 1, 2]);
  });

  it('keeps an official test set a test set, whatever its share, and an official validation set apart', async () => {
    const files = Object.fromEntries(
      ['train/a/1', 'train/a/2', 'train/b/1', 'test/a/9', 'test/b/8', 'test/b/9', 'validation/b/7'].map((name, i) => [
        `${name}.png`,
        grey(i),
      ]),
    );
    const source = await readImageFolder(folderWith(files), { ...context, testSplit: 0.9 });
    expect([source.train.length, source.validation?.length, (await source.test()).length]).toEqual([3, 1, 3]);
    expect([...(source.validation!.labels as Int32Array)]).toEqual([1]);
    expect((await source.test()).features).toEqual(source.train.features);
  });

  it('holds test images back by classes where there is no test folder', async () => {
    const files = Object.fromEntries(['a', 'b'].flatMap((name) => Array.from({ length: 10 }, (_, i) => [`${name}/${i}.png`, grey(i)])));
    const root = folderWith(files);
    const { train, test } = await readImageFolder(root, context);
    expect([train.length, (await test()).length]).toEqual([16, 4]);
    expect([...((await test()).labels as Int32Array)]).toEqual([0, 0, 1, 1]);
  });

  it('makes every kind of picture fit: palette and 16 bit, grey and transparent, turned, of other sizes', async () => {
    const jpeg = await Transformer.fromRgbaPixels(new Uint8Array(8 * 4 * 4).fill(255), 8, 4).jpeg();
    const root = folderWith({
      'a/alpha.png': pngBytes(2, 2, 'rgba', [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255, 255, 0, 0, 255]),
      'a/deep.png': pngBytes(2, 2, 'grey', [80, 9, 80, 9, 80, 9, 80, 9], 16),
      'a/palette.png': pngBytes(2, 2, 'palette', [1, 1, 1, 1], 8, [0, 0, 0, 7, 8, 9]),
      'b/wide.jpg': jpeg,
      'b/webp.webp': await Transformer.fromRgbaPixels(new Uint8Array(64).fill(255), 4, 4).webpLossless(),
    });
    const { train } = await readImageFolder(root, { ...context, testSplit: 0 });
    const { inputs } = await train.get([0, 1, 3, 4, 2]);
    const levels = Array.from(inputs, (value) => Math.round(value * 255));
    expect(levels.slice(0, 6)).toEqual([255, 0, 0, 255, 255, 255]); // transparent becomes white
    expect(levels.slice(12, 24)).toEqual(new Array(12).fill(80));
    expect(levels.slice(24, 36)).toEqual(new Array(12).fill(255)); // webp
    expect(levels.slice(36, 48)).toEqual(new Array(12).fill(192)); // half white, half the free sides' grey
    expect(levels.slice(48, 51)).toEqual([7, 8, 9]);
    expect(train.raw?.(0)).toMatchObject({ kind: 'image', shape: [2, 2, 3] });
  });

  it('names a corrupt image and why, and leaves it out only when asked, counted', async () => {
    const jpeg = await Transformer.fromRgbaPixels(
      new Uint8Array(32 * 32 * 4).map((_, i) => (i * i) & 255),
      32,
      32,
    ).jpeg();
    const root = folderWith({
      'a/1.png': grey(1),
      'a/cut.jpg': jpeg.subarray(0, jpeg.length - 40),
      'a/empty.png': '',
      'b/2.png': grey(2),
    });
    const strict = await readImageFolder(root, { ...context, testSplit: 0 });
    await expect(strict.train.get([0, 1])).rejects.toThrow(
      `${join(root, 'a', 'cut.jpg')} is not a picture that can be read, such as PNG or JPEG: it is cut off.`,
    );
    const { train } = await readImageFolder(root, { ...context, testSplit: 0, onCorrupt: 'skip' });
    const batch = await train.get([3, 1, 0, 2]);
    expect([batch.size, batch.inputs.length, [...batch.targets], [...batch.indices!]]).toEqual([2, 24, [1, 0], [3, 0]]);
    await train.get([1]);
    expect(train.skipped?.map(({ index }) => index)).toEqual([1, 2]);
    expect(train.skipped?.[1].reason).toContain('empty.png');
  });

  it('lets the event loop turn in each batch: only then is the memory of decoded images freed', async () => {
    const root = folderWith({ 'a/1.png': grey(1), 'b/2.png': grey(2) });
    const { train } = await readImageFolder(root, { ...context, testSplit: 0 });
    let turns = 0;
    for (let batch = 0; batch < 3; batch++) {
      setImmediate(() => turns++);
      await train.get([0, 1]);
      expect(turns).toBe(batch + 1);
    }
  });

  it('decodes an image again each time, or once with a cache', async () => {
    const root = folderWith({ 'a/1.png': grey(1), 'b/2.png': grey(2) });
    const { train } = await readImageFolder(root, { ...context, testSplit: 0, cache: true });
    const first = await train.get([0, 1]);
    expect(await train.get([0, 1])).toEqual(first);
    await expect(readImageFolder(root, { height: 4096, width: 4096, testSplit: 0, cache: true })).resolves.toBeDefined();
  });

  it('refuses folders that cannot be meant', async () => {
    await expect(readImageFolder('nowhere')).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringContaining('There is no folder nowhere'),
    });
    await expect(readImageFolder(folderWith({ 'a.png': grey(1) }))).rejects.toThrow('has no images: it must hold one folder per class');
    await expect(readImageFolder(folderWith({ 'a/1.png': grey(1) }))).rejects.toThrow('has one folder of images, a; at least 2 classes');
    await expect(readImageFolder(folderWith({ 'a/1.png': grey(1), 'b/x.txt': '' }))).rejects.toThrow('/b has no images (.png');
    await expect(readImageFolder(folderWith({ 'test/a/1.png': grey(1) }))).rejects.toThrow('has test/ but no train/');
    const strange = folderWith({ 'train/a/1.png': grey(1), 'train/b/1.png': grey(1), 'test/c/1.png': grey(1) });
    await expect((await readImageFolder(strange)).test()).rejects.toThrow(
      'test has the class c, which the training images do not have: a, b.',
    );
    await expect(readImageFolder('.', { height: 0 })).rejects.toThrow(
      'data.height is 0; it must be a whole number of pixels from 1 to 4096.',
    );
    await expect(readImageFolder('.', { onCorrupt: 'ignore' as 'skip' })).rejects.toThrow(
      'data.onCorrupt is "ignore"; it must be "error" or "skip".',
    );
    await expect(readImageFolder('.', { channels: 4 })).rejects.toThrow('data.channels is 4; it must be 1 (grey) or 3 (coloured).');
  });

  it('follows links to classes but not in circles', async () => {
    const root = folderWith({ 'a/1.png': grey(1), 'store/1.png': grey(2), 'store/2.png': grey(2) });
    symlinkSync(root, join(root, 'a', 'circle'));
    symlinkSync(join(root, 'store'), join(root, 'b'));
    const { train } = await readImageFolder(root, { ...context, testSplit: 0 });
    expect([train.length, train.features.outputNames]).toEqual([5, ['a', 'b', 'store']]);
  });
});

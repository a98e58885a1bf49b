import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DlError } from '../../../../src/core/errors.ts';
import { readIdx } from '../../../../src/data/images/read-idx.ts';
import { fileWith, folderWith } from '../temporary-files.ts';
import { idxBytes } from './idx-bytes.ts';

const values = Uint8Array.from({ length: 24 }, (_, i) => i * 10);
const good = idxBytes([2, 3, 4], values);

async function errorOf(content: Uint8Array): Promise<DlError> {
  const file = fileWith('images', content);
  const error = await readIdx(file).then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DlError);
  expect(error.message).toContain(file);
  return error;
}

describe('readIdx', () => {
  it.each([
    ['plain', good],
    ['gzipped', gzipSync(good)],
    ['gzipped without compression', gzipSync(good, { level: 0 })],
    ['gzipped in two members', Buffer.concat([gzipSync(good.subarray(0, 9)), gzipSync(good.subarray(9))])],
  ])('reads a %s file', async (_, content) => {
    expect(await readIdx(fileWith('images', content))).toEqual({ shape: [2, 3, 4], values });
  });

  it('reads files larger than one chunk', async () => {
    const large = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) >> 7);
    const { values } = await readIdx(fileWith('images', gzipSync(idxBytes([3000, 1000], large))));
    expect(Buffer.compare(values, large)).toBe(0);
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'is empty'],
    ['a text', Buffer.from('hello'), 'is not an IDX file: it begins with 68 65 6c 6c, not with 00 00 08'],
    ['a gzipped text', gzipSync(Buffer.from('hello')), 'is not an IDX file: it begins with 68 65 6c 6c'],
    ['an empty gzip file', gzipSync(Buffer.alloc(0)), 'is empty'],
    ['an array of rank 0', Buffer.from([0, 0, 8, 0]), 'is not an IDX file'],
    ['floats', idxBytes([1], [0, 0, 0, 0], 13), 'holds float32; only IDX files of unsigned bytes (type 08) are read'],
    ['a header that is cut off', good.subarray(0, 10), 'it ends within its header, after 10 bytes'],
    ['a gzipped header that is cut off', gzipSync(good.subarray(0, 10)), 'it ends within its header, after 10 bytes'],
    ['data that is cut off', good.subarray(0, 30), 'is cut off after 14 bytes: its header promises 2 x 3 x 4 bytes of data'],
    [
      'gzipped data that is cut off before gzipping',
      gzipSync(good.subarray(0, 30)),
      'is cut off after 14 bytes: its header promises 2 x 3 x 4',
    ],
    ['bytes behind the data', Buffer.concat([good, good]), 'has more: its header promises 2 x 3 x 4 bytes'],
    ['gzipped bytes behind the data', gzipSync(Buffer.concat([good, good])), 'has more: its header promises 2 x 3 x 4 bytes'],
    ['bytes behind the gzip data', Buffer.concat([gzipSync(good), Buffer.from('tail')]), 'its gzip data is damaged'],
    ['a gzip file that is cut off', gzipSync(good).subarray(0, 25), 'cannot be read: it is cut off, fetch it again'],
    ['a gzip file without its checksum', gzipSync(good).subarray(0, -6), 'cannot be read: it is cut off, fetch it again'],
  ])('refuses %s', async (_, content, message) => {
    const error = await errorOf(content);
    expect(error.code).toBe('data');
    expect(error.message).toContain(message);
  });

  it('refuses a wrong checksum', async () => {
    const damaged = Buffer.from(gzipSync(good));
    damaged[damaged.length - 6] ^= 1;
    expect((await errorOf(damaged)).message).toContain('its gzip data is damaged');
  });

  it('refuses a header of 4 GB on 100 bytes before it takes memory', async () => {
    const huge = idxBytes([0xffffffff, 1], new Uint8Array(88));
    const before = process.memoryUsage().arrayBuffers;
    expect((await errorOf(huge)).message).toContain('is cut off after 88 bytes: its header promises 4294967295 x 1 bytes');
    expect((await errorOf(gzipSync(huge))).message).toContain('cannot be right: its header promises 4294967295 x 1 bytes, more than');
    const beyond = idxBytes(new Array(200).fill(0xffffffff), []);
    expect((await errorOf(beyond)).message).toContain('its header promises');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
  });

  it('inflates no further than the header promises', async () => {
    const bomb = gzipSync(Buffer.concat([idxBytes([1], [7]), Buffer.alloc(200_000_000)]), { level: 1 });
    const before = process.memoryUsage().arrayBuffers;
    expect((await errorOf(bomb)).message).toContain('has more: its header promises 1 bytes');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20e6);
  });

  it('says what is wrong with a path', async () => {
    const folder = folderWith({});
    await expect(readIdx(join(folder, 'none'))).rejects.toMatchObject({
      code: 'missing',
      message: `There is no file ${join(folder, 'none')}.`,
    });
    mkdirSync(join(folder, 'inner'));
    await expect(readIdx(join(folder, 'inner'))).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('it is a folder'),
    });
    symlinkSync(join(folder, 'gone'), join(folder, 'link'));
    await expect(readIdx(join(folder, 'link'))).rejects.toMatchObject({ code: 'missing' });
  });

  it('gives the right answer or one clear error for mutated bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
        fc.nat(),
        async (zipped, changes, cut) => {
          const content = Buffer.from(zipped ? gzipSync(good) : good).subarray(0, cut % 5 === 0 ? cut % 40 : undefined);
          for (const [at, value] of changes) if (content.length > 0) content[at % content.length] = value;
          try {
            const { shape, values } = await readIdx(fileWith('images', content));
            expect(values.length).toBe(shape.reduce((product, length) => product * length, 1));
          } catch (error) {
            expect(error).toBeInstanceOf(DlError);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DlError } from '../../../../src/core/errors.ts';
import { readIdx } from '../../../../src/data/images/read-idx.ts';
import { fileWith } from '../temporary-files.ts';
import { idxBytes } from './idx-bytes.ts';

const values = Uint8Array.from({ length: 5 * 28 * 28 }, (_, i) => (i * i) >> 5);
const plain = idxBytes([5, 28, 28], values);
const zipped = gzipSync(plain);

it('reads the same array or gives one clear error for 5,000 damaged files, in bounded memory', async () => {
  const before = process.memoryUsage().arrayBuffers;
  let largest = 0;
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(change, { maxLength: 6 }),
      fc.option(fc.nat()),
      fc.uint8Array({ maxLength: 20 }),
      async (gz, changes, cut, tail) => {
        const source = gz ? zipped : plain;
        const content = Buffer.concat([source.subarray(0, cut === null ? undefined : cut % source.length), tail]);
        // Half of the changes go into the header, where they matter most.
        for (const [at, value] of changes)
          if (content.length > 0) content[at % (at % 2 ? content.length : Math.min(content.length, 16))] = value;
        const expectedSame = content.equals(source);
        try {
          const read = await readIdx(fileWith('images', content));
          expect(read.values.length).toBe(read.shape.reduce((product, length) => product * length, 1));
          if (gz || expectedSame) expect(Buffer.compare(read.values, values)).toBe(0); // the checksum leaves no other answer
        } catch (error) {
          expect(error).toBeInstanceOf(DlError);
          expect(expectedSame).toBe(false);
        }
        largest = Math.max(largest, process.memoryUsage().arrayBuffers - before);
      },
    ),
    { numRuns: 5000 },
  );
  expect(largest).toBeLessThan(200e6);
});

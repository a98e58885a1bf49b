import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import { plainSha256, sha256 } from '../../../src/packed/sha256.ts';

it('gives the digest of the standard for "abc" and for nothing', () => {
  expect(sha256(new TextEncoder().encode('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

it('is the same in Node and without it for every length around the block size, in digits and in letters', () => {
  const random = new RandomStream(0);
  for (const length of [...Array(200).keys(), 1000, 65_536, 100_001]) {
    const bytes = Uint8Array.from({ length }, () => random.uint32());
    for (const encoding of ['hex', 'base64url'] as const) {
      const expected = createHash('sha256').update(bytes).digest(encoding);
      expect([sha256(bytes, encoding), plainSha256(bytes, encoding)]).toEqual([expected, expected]);
    }
  }
});

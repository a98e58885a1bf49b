import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deflateCoder } from '../../../src/packed/coders/deflate-coder.ts';
import { huffmanCoder } from '../../../src/packed/coders/huffman-coder.ts';
import { inflate } from '../../../src/packed/coders/inflate.ts';
import { codeLengths, decodingTable } from '../../../src/packed/coders/prefix-code.ts';

const bits = (lengths: Uint8Array, counts: readonly number[]) => counts.reduce((sum, count, symbol) => sum + count * lengths[symbol], 0);
const fibonacci = [1, 1];
while (fibonacci.length < 30) fibonacci.push(fibonacci[fibonacci.length - 1] + fibonacci[fibonacci.length - 2]);

describe('codeLengths', () => {
  it('gives the shortest code', () => {
    expect([...codeLengths([45, 13, 12, 16, 9, 5])]).toEqual([1, 3, 3, 3, 4, 4]); // Cormen et al., Introduction to Algorithms, 16.3
    expect([...codeLengths([0, 7, 0])]).toEqual([0, 1, 0]);
    expect([...codeLengths([0, 0])]).toEqual([0, 0]);
    expect([...codeLengths([3, 0, 3])]).toEqual([1, 0, 1]);
  });

  it('never takes more than 15 bits, where the shortest code would need 29', () => {
    const lengths = codeLengths(fibonacci);
    expect(Math.max(...lengths)).toBe(15);
    expect(lengths.reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
    expect(bits(lengths, fibonacci)).toBeLessThan(1.01 * fibonacci.reduce((sum, count, i) => sum + count * (29 - Math.max(0, i - 1)), 0));
  });

  it('gives a code without gaps for any counts, within one bit of the entropy', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1000 }), { minLength: 2, maxLength: 256 }), (counts) => {
        const used = counts.filter((count) => count > 0);
        if (used.length < 2) return;
        const lengths = codeLengths(counts);
        const total = used.reduce((a, b) => a + b, 0);
        const entropy = used.reduce((sum, count) => sum - count * Math.log2(count / total), 0);
        expect(lengths.reduce((sum, length) => sum + (length > 0 ? 2 ** -length : 0), 0)).toBe(1);
        expect(bits(lengths, counts)).toBeLessThanOrEqual(entropy + total);
      }),
    );
  });
});

describe('decodingTable refuses', () => {
  it.each([
    ['no code at all', [0, 0, 0]],
    ['three codes of one bit', [1, 1, 1]],
    ['more codes than there are', [1, 2, 2, 2]],
    ['codes that leave bits without a meaning', [1, 3, 3]],
    ['one symbol with a code of two bits', [2]],
  ])('%s', (_, lengths) => {
    expect(() => decodingTable(Uint8Array.from(lengths))).toThrow(/its code lengths fill \d+ of \d+ codes/);
  });
});

describe.each([huffmanCoder, deflateCoder])('$name', (coder) => {
  it('gives back any symbols of any number of bits', () => {
    const parts = fc
      .integer({ min: 1, max: 8 })
      .chain((width) => fc.tuple(fc.constant(width), fc.uint8Array({ minLength: 1, maxLength: 300, max: 2 ** width - 1 })));
    fc.assert(
      fc.property(parts, ([width, symbols]) => {
        const bytes = coder.encode({ symbols, bits: width }) as Uint8Array;
        expect(coder.decode(bytes, width, symbols.length)).toEqual(symbols);
        expect(() => coder.decode(bytes, width, symbols.length + 9)).toThrow();
        expect(() => coder.decode(bytes.subarray(0, -1), width, symbols.length)).toThrow();
      }),
    );
  });

  it('refuses to stand for far more symbols than its bytes can, before it allocates them', () => {
    expect(() => coder.decode(new Uint8Array(10), 8, 2 ** 31)).toThrow(/a part has 10/);
  });
});

describe('inflate', () => {
  const text = new TextEncoder().encode('Deflate finds what repeats: repeats, repeats and repeats. '.repeat(40));
  it.each([
    ['stored blocks', { level: 0 }],
    ['fixed codes', { strategy: 4 }],
    ['dynamic codes', { level: 9 }],
    ['Huffman codes only', { strategy: 2 }],
    ['runs', { strategy: 3 }],
  ])('reads what zlib writes: %s', (_, options) => {
    for (const input of [text, new Uint8Array(100_000), Uint8Array.from({ length: 70_000 }, (__, i) => (i * i) >> 7)]) {
      const bytes = new Uint8Array(deflateRawSync(input, options));
      expect(Buffer.compare(inflate(bytes, input.length), input)).toBe(0);
      expect(() => inflate(bytes, input.length - 1)).toThrow('a deflated part holds');
    }
  });
});

import { DlError } from '../../core/errors.ts';
import { bytesOf } from '../part-reader.ts';
import type { Encoded, NumberFormat } from '../stored-form.ts';
import { halfBytesOf, wordsOfHalfBytes } from './half.ts';

const mostValues = 256;

/**
 * Up to 256 different values, listed once in ascending order, and for each weight the number of its value in 0 to 8 bits.
 * The values are float16 where that is exact. After weight sharing (Han, Mao and Dally, 2016).
 */
export const codebookFormat: NumberFormat = {
  name: 'codebook',
  encode: (words): Encoded[] => {
    const codes = new Map<number, number>();
    for (let i = 0; i < words.length; i++) {
      if (codes.has(words[i])) continue;
      if (codes.size === mostValues) return [];
      codes.set(words[i], 0);
    }
    if (codes.size === 0) return [];
    const book = ascending(Uint32Array.from(codes.keys()));
    book.forEach((word, code) => void codes.set(word, code));
    const halves = halfBytesOf(book);
    const values = { symbols: halves ?? bytesOf(book), bits: 8 };
    const bits = bitsFor(book.length);
    const parts = bits === 0 ? [values] : [values, { symbols: Uint8Array.from(words, (word) => codes.get(word) as number), bits }];
    return [{ parameters: [book.length, halves ? 2 : 4], parts }];
  },
  decode: (parts, [length, valueBytes], { count }) => {
    if (!(length >= 1 && length <= mostValues) || (valueBytes !== 2 && valueBytes !== 4)) {
      throw new DlError('file', `its codebook has ${length} values of ${valueBytes} bytes`);
    }
    const book = valueBytes === 2 ? wordsOfHalfBytes(parts.symbols(2 * length, 8)) : parts.words(length);
    const bits = bitsFor(length);
    if (bits === 0) return { words: new Uint32Array(count).fill(book[0]) };
    const codes = parts.symbols(count, bits);
    const words = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      if (codes[i] >= length) throw new DlError('file', `it uses the value ${codes[i]} of a codebook of ${length}`);
      words[i] = book[codes[i]];
    }
    return { words };
  },
};

function bitsFor(values: number): number {
  return Math.ceil(Math.log2(values));
}

/** Neighbours then are about as frequent, which shortens the code lengths of Huffman. */
function ascending(words: Uint32Array): Uint32Array {
  const values = new Float32Array(words.buffer);
  const order = Uint32Array.from(words.keys()).sort((a, b) => values[a] - values[b] || words[a] - words[b]);
  return order.map((at) => words[at]);
}

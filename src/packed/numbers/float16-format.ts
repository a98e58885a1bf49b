import type { NumberFormat } from '../stored-form.ts';
import { halfBytesOf, wordsOfHalfBytes } from './half.ts';

/** Values that float16 (IEEE 754 binary16) holds exactly. */
export const float16Format: NumberFormat = {
  name: 'float16',
  encode: (words) => {
    const symbols = halfBytesOf(words);
    return symbols ? [{ parameters: [], parts: [{ symbols, bits: 8 }] }] : [];
  },
  decode: (parts, _, { count }) => ({ words: wordsOfHalfBytes(parts.symbols(2 * count, 8)) }),
};

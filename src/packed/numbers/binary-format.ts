import { packBits, unpackBits } from '../bits.ts';
import { bytesOf } from '../part-reader.ts';
import type { NumberFormat } from '../stored-form.ts';
import { channelCountOf, channelLevels, chosenWords } from './channel-levels.ts';

/** Two values per weight or channel and one bit for each weight: binary weights, and ternary ones whose zeros a layout leaves out. */
export const binaryFormat: NumberFormat = {
  name: 'binary',
  encode: (words, kept) =>
    channelLevels(words, kept, 2).map(({ axis, levels, codes }) => ({
      parameters: axis === undefined ? [] : [axis],
      parts: [
        { symbols: bytesOf(levels), bits: 8 },
        { symbols: packBits(codes, 1), bits: 8 }, // whole bytes: a coder can make something of eight weights, not of one
      ],
    })),
  decode: (parts, [axis], kept) => {
    const levels = parts.words(2 * channelCountOf(axis, kept));
    const codes = unpackBits(parts.symbols(Math.ceil(kept.count / 8), 8), 1, kept.count);
    return { words: chosenWords(codes, levels, 2, axis, kept) };
  },
};

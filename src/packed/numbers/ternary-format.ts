import { DlError } from '../../core/errors.ts';
import { packBits, unpackBits } from '../bits.ts';
import { bytesOf } from '../part-reader.ts';
import type { NumberFormat } from '../stored-form.ts';
import { channelCountOf, channelLevels, chosenWords } from './channel-levels.ts';

/** 0 and two values per weight or channel (TWN, TTQ); each weight in 2 bits. */
export const ternaryFormat = ternary('ternary', 4, {
  pack: (codes) => packBits(codes, 2),
  unpack: (bytes) => unpackBits(bytes, 2),
});

/** 0 and two values per weight or channel; five weights in a byte, 1.6 bits each. */
export const tritsFormat = ternary('trits', 5, {
  pack: (codes) => {
    const bytes = new Uint8Array(Math.ceil(codes.length / 5));
    for (let i = codes.length - 1; i >= 0; i--) {
      const at = Math.floor(i / 5);
      bytes[at] = 3 * bytes[at] + codes[i];
    }
    return bytes;
  },
  unpack: (bytes) => {
    const codes = new Uint8Array(5 * bytes.length);
    for (let i = 0, at = 0; i < bytes.length; i++) {
      let rest = bytes[i];
      if (rest >= 3 ** 5) throw new DlError('file', `the byte ${rest} holds more than five trits`);
      for (let j = 0; j < 5; j++, at++) {
        codes[at] = rest % 3;
        rest = (rest - codes[at]) / 3;
      }
    }
    return codes;
  },
});

/** @param perByte codes in a byte; a coder sees the bytes, since it can make more of several weights than of one */
function ternary(
  name: string,
  perByte: number,
  packing: { pack(codes: Uint8Array): Uint8Array; unpack(bytes: Uint8Array): Uint8Array },
): NumberFormat {
  return {
    name,
    encode: (words, kept) =>
      channelLevels(words, kept, 3, 0).map(({ axis, levels, codes }) => ({
        parameters: axis === undefined ? [] : [axis],
        parts: [
          { symbols: bytesOf(levels.filter((_, i) => i % 3 > 0)), bits: 8 },
          { symbols: packing.pack(codes), bits: 8 },
        ],
      })),
    decode: (parts, [axis], kept) => {
      const channels = channelCountOf(axis, kept);
      const given = parts.words(2 * channels);
      const levels = new Uint32Array(3 * channels);
      for (let channel = 0; channel < channels; channel++) levels.set(given.subarray(2 * channel, 2 * channel + 2), 3 * channel + 1);
      const codes = packing.unpack(parts.symbols(Math.ceil(kept.count / perByte), 8));
      for (let i = 0; i < kept.count; i++) {
        if (codes[i] > 2) throw new DlError('file', 'a ternary weight has the code 3');
      }
      return { words: chosenWords(codes, levels, 3, axis, kept) };
    },
  };
}

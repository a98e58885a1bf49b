import { DlError } from '../../core/errors.ts';
import { packBits, unpackBits } from '../bits.ts';
import type { EntropyCoder } from '../stored-form.ts';

/** No entropy coding: the symbols one behind the other, each in its bits. */
export const noneCoder: EntropyCoder = {
  name: 'none',
  encode: ({ symbols, bits }) => (bits === 8 ? symbols : packBits(symbols, bits)),
  decode: (bytes, bits, count) => {
    if (bytes.length !== Math.ceil((count * bits) / 8)) {
      throw new DlError('file', `a part has ${bytes.length} bytes for ${count} numbers of ${bits} bits`);
    }
    return unpackBits(bytes, bits, count);
  },
};

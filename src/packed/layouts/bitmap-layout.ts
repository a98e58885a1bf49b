import { DlError } from '../../core/errors.ts';
import { bitmapOf, markedIn } from '../bits.ts';
import type { Layout } from '../stored-form.ts';

/** The values that are not 0, and one bit per position that says where they are. Smallest above about 20 % density. */
export const bitmapLayout: Layout = {
  name: 'bitmap',
  encode: ({ words, nonZero }) => [{ parameters: [], parts: [{ symbols: bitmapOf(nonZero, words.length), bits: 8 }], kept: nonZero }],
  decode: (parts, _, { length }) => {
    const positions = markedIn(parts.symbols(Math.ceil(length / 8), 8));
    if (positions.length > 0 && positions[positions.length - 1] >= length) {
      throw new DlError('file', `its bitmap marks position ${positions[positions.length - 1]} of ${length}`);
    }
    return positions;
  },
};

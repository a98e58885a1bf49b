import { DlError } from '../core/errors.ts';
import { packBits, unpackBits } from './bits.ts';
import { float32Tensor, float32Values } from './safetensors.ts';
import { bitsOf } from './sparse-form.ts';
import type { StoredForm } from './stored-form.ts';

/** Only the values that are not 0, and one bit per position that says where they are. Smallest above about 20 % density. */
export const bitmapForm: StoredForm = {
  name: 'bitmap',
  sections: ['values', 'bitmap'],
  encode: ({ values }) => {
    const words = bitsOf(values);
    const kept = words.filter((word) => word !== 0);
    const bytes = packBits(
      words.map((word) => (word === 0 ? 0 : 1)),
      1,
    );
    return {
      sections: { values: float32Tensor(new Float32Array(kept.buffer)), bitmap: { dtype: 'U8', shape: [bytes.length], bytes } },
      parameters: {},
    };
  },
  decode: ({ sections: { values, bitmap } }, shape) => {
    const length = shape.reduce((a, b) => a * b, 1);
    if (bitmap.dtype !== 'U8' || bitmap.bytes.length !== Math.ceil(length / 8)) {
      throw new DlError('file', `its bitmap has ${bitmap.bytes.length} bytes of ${bitmap.dtype} for ${length} positions`);
    }
    const kept = bitsOf(float32Values(values));
    const marks = unpackBits(bitmap.bytes, 1);
    const marked = marks.reduce((sum, mark) => sum + mark, 0);
    if (marked !== kept.length || marks.subarray(length).includes(1)) {
      throw new DlError('file', `its bitmap marks ${marked} positions, it has ${kept.length} values`);
    }
    const words = new Uint32Array(length);
    for (let position = 0, next = 0; position < length; position++) {
      if (marks[position] === 1) words[position] = kept[next++];
    }
    return new Float32Array(words.buffer);
  },
};

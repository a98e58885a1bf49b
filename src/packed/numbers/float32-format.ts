import { bytesOf } from '../part-reader.ts';
import type { NumberFormat } from '../stored-form.ts';

/** Every value as it is. */
export const float32Format: NumberFormat = {
  name: 'float32',
  encode: (words) => [{ parameters: [], parts: [{ symbols: bytesOf(words), bits: 8 }] }],
  decode: (parts, _, { count }) => ({ words: parts.words(count) }),
};

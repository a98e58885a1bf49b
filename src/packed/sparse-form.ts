import { DlError } from '../core/errors.ts';
import { packBits, unpackBits } from './bits.ts';
import type { NamedWeight } from './model-file.ts';
import { float32Tensor, float32Values } from './safetensors.ts';
import type { EncodedWeight, StoredForm } from './stored-form.ts';

const smallestIndexBits = 2;
const largestIndexBits = 8;

/**
 * Only the values that are not 0, and the number of zeros before each in 2 to 8 bits, whichever makes the file smallest.
 * The largest number means "that many zeros, and no value yet". Smallest below about 20 % density.
 * After the relative index of Han, Mao and Dally (2016), whose filler zeros take a value each; ours do not.
 */
export const sparseForm: StoredForm = {
  name: 'sparse',
  sections: ['values', 'gaps'],
  encode,
  decode: ({ sections, parameters: { indexBits } }, shape) => {
    if (!(indexBits >= smallestIndexBits && indexBits <= largestIndexBits)) {
      throw new DlError('file', `it has ${indexBits} index bits; allowed are ${smallestIndexBits} to ${largestIndexBits}`);
    }
    if (sections.gaps.dtype !== 'U8') throw new DlError('file', `its gaps are ${sections.gaps.dtype}, expected U8`);
    const values = bitsOf(float32Values(sections.values));
    // The last byte may have room for codes that are not there; as many as are needed are read.
    const codes = unpackBits(sections.gaps.bytes, indexBits);
    return place(
      values,
      codes,
      2 ** indexBits - 1,
      shape.reduce((a, b) => a * b, 1),
    );
  },
};

/** The float32 values as 32-bit words: -0 and NaN keep their bits, and 0 is the one word that is left out. */
export function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

function encode({ values }: NamedWeight): EncodedWeight {
  const words = bitsOf(values);
  const gaps: number[] = [];
  let zeros = 0;
  for (const word of words) {
    if (word === 0) zeros++;
    else {
      gaps.push(zeros);
      zeros = 0;
    }
  }
  const indexBits = smallestIndex(gaps, zeros);
  const kept = words.filter((word) => word !== 0);
  return {
    sections: {
      values: float32Tensor(new Float32Array(kept.buffer)),
      gaps: packedTensor(packBits(codesOf(gaps, zeros, 2 ** indexBits - 1), indexBits)),
    },
    parameters: { indexBits },
  };
}

const packedTensor = (bytes: Uint8Array) => ({ dtype: 'U8', shape: [bytes.length], bytes }) as const;

/** The number of bits that gives the fewest bytes. */
function smallestIndex(gaps: readonly number[], zerosAtEnd: number): number {
  let best = smallestIndexBits;
  let fewest = Number.POSITIVE_INFINITY;
  for (let bits = smallestIndexBits; bits <= largestIndexBits; bits++) {
    const skipCode = 2 ** bits - 1;
    const codes = gaps.reduce((sum, gap) => sum + Math.floor(gap / skipCode) + 1, Math.floor(zerosAtEnd / skipCode));
    if (codes * bits < fewest) {
      fewest = codes * bits;
      best = bits;
    }
  }
  return best;
}

function codesOf(gaps: readonly number[], zerosAtEnd: number, skipCode: number): number[] {
  const codes: number[] = [];
  const skip = (zeros: number) => {
    let left = zeros;
    for (; left >= skipCode; left -= skipCode) codes.push(skipCode);
    return left;
  };
  for (const gap of gaps) codes.push(skip(gap));
  skip(zerosAtEnd); // coded too, so that a small file cannot stand for an endless weight
  return codes;
}

/** Puts the values where the codes say, after it was checked that these account for every position. */
function place(values: Uint32Array, codes: Uint8Array, skipCode: number, length: number): Float32Array {
  let position = 0;
  let placed = 0;
  let used = 0;
  while (used < codes.length && (placed < values.length || length - position >= skipCode)) {
    const code = codes[used++];
    position += code === skipCode ? skipCode : code + 1;
    if (code !== skipCode) placed++;
  }
  if (placed !== values.length || position > length || length - position >= skipCode) {
    throw new DlError(
      'file',
      `its gaps place ${placed} values and reach position ${position}; it has ${values.length} values and ${length} positions`,
    );
  }
  const result = new Uint32Array(length);
  position = 0;
  placed = 0;
  for (let i = 0; i < used; i++) {
    position += codes[i];
    if (codes[i] !== skipCode) result[position++] = values[placed++];
  }
  return new Float32Array(result.buffer);
}

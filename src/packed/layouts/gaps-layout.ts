import { DlError } from '../../core/errors.ts';
import type { Layout } from '../stored-form.ts';

const fewestBits = 2;
const mostBits = 8;

/**
 * The values that are not 0, and the number of zeros before each as a code of 2 to 8 bits. The largest code means "that many
 * zeros, and no value yet". Smallest below about 20 % density.
 * After the relative index of Han, Mao and Dally (2016), whose filler zeros take a value each; ours do not.
 */
export const gapsLayout: Layout = {
  name: 'gaps',
  alongColumns: true,
  encode: ({ words, nonZero }) => {
    const variants = [];
    for (let bits = fewestBits; bits <= mostBits; bits++) {
      const symbols = gapCodes(nonZero, words.length, 2 ** bits - 1);
      variants.push({ parameters: [bits, symbols.length], parts: [{ symbols, bits }], kept: nonZero });
    }
    return variants;
  },
  decode: (parts, [bits, count], { length }) => {
    if (!(bits >= fewestBits && bits <= mostBits)) {
      throw new DlError('file', `its gaps have ${bits} bits; allowed are ${fewestBits} to ${mostBits}`);
    }
    return gapPositions(parts.symbols(count, bits), 2 ** bits - 1, length);
  },
};

function gapCodes(positions: Uint32Array, length: number, skipCode: number): Uint8Array {
  const codes = new Uint8Array(positions.length + Math.floor(length / skipCode));
  let used = 0;
  let at = 0;
  for (const position of positions) {
    for (; position - at >= skipCode; at += skipCode) codes[used++] = skipCode;
    codes[used++] = position - at;
    at = position + 1;
  }
  // Zeros behind the last value are coded too, so that a small file cannot stand for an endless weight.
  for (; length - at >= skipCode; at += skipCode) codes[used++] = skipCode;
  return codes.subarray(0, used);
}

/**
 * The positions that gap codes stand for, after it was checked that they account for all of `length`.
 * @throws DlError `file`
 */
export function gapPositions(codes: Uint8Array, skipCode: number, length: number): Uint32Array {
  let end = 0;
  let count = 0;
  for (let i = 0; i < codes.length; i++) {
    const isValue = codes[i] === skipCode ? 0 : 1;
    end += codes[i] + isValue;
    count += isValue;
  }
  if (end > length || length - end >= skipCode) throw new DlError('file', `its gaps reach position ${end} of ${length}`);
  const positions = new Uint32Array(count);
  let position = 0;
  let placed = 0;
  for (let i = 0; i < codes.length; i++) {
    position += codes[i];
    if (codes[i] !== skipCode) positions[placed++] = position++;
  }
  return positions;
}

import { DlError } from '../../core/errors.ts';
import type { Layout } from '../stored-form.ts';

/**
 * Compressed sparse rows: how many values each row has, and the place of each in its row, as numbers of 1, 2 or 4 bytes. Never much
 * smaller than gaps, but any row can be found without reading those before it.
 */
export const csrLayout: Layout = {
  name: 'csr',
  alongColumns: true,
  encode: ({ words, nonZero, rowLength }) => {
    if (words.length === 0) return [];
    const counts = new Uint32Array(words.length / rowLength);
    for (const position of nonZero) counts[Math.floor(position / rowLength)]++;
    const places = nonZero.map((position) => position % rowLength);
    const [countBytes, placeBytes] = [bytesFor(counts), bytesFor(places)];
    return [
      {
        parameters: [countBytes, placeBytes],
        parts: [
          { symbols: asBytes(counts, countBytes), bits: 8 },
          { symbols: asBytes(places, placeBytes), bits: 8 },
        ],
        kept: nonZero,
      },
    ];
  },
  decode: (parts, [countBytes, placeBytes], { length, rowLength }) => {
    if (![1, 2, 4].includes(countBytes) || ![1, 2, 4].includes(placeBytes) || length === 0) {
      throw new DlError('file', `its rows have numbers of ${countBytes} and ${placeBytes} bytes`);
    }
    const counts = asNumbers(parts.symbols((length / rowLength) * countBytes, 8), countBytes);
    let kept = 0;
    for (const count of counts) {
      if (count > rowLength) throw new DlError('file', `a row has ${count} values for ${rowLength} places`);
      kept += count;
    }
    const positions = asNumbers(parts.symbols(kept * placeBytes, 8), placeBytes);
    for (let row = 0, next = 0; row < counts.length; row++) {
      let before = -1;
      for (let i = 0; i < counts[row]; i++, next++) {
        const place = positions[next];
        if (place <= before || place >= rowLength) throw new DlError('file', `row ${row} has a value at place ${place} after ${before}`);
        before = place;
        positions[next] = row * rowLength + place;
      }
    }
    return positions;
  },
};

function bytesFor(numbers: Uint32Array): number {
  let largest = 0;
  for (const number of numbers) largest = Math.max(largest, number);
  return largest < 2 ** 8 ? 1 : largest < 2 ** 16 ? 2 : 4;
}

function asBytes(numbers: Uint32Array, width: number): Uint8Array {
  const bytes = new Uint8Array(numbers.length * width);
  numbers.forEach((number, i) => {
    for (let j = 0; j < width; j++) bytes[i * width + j] = number >>> (8 * j);
  });
  return bytes;
}

function asNumbers(bytes: Uint8Array, width: number): Uint32Array {
  const numbers = new Uint32Array(bytes.length / width);
  for (let i = 0, at = 0; i < numbers.length; i++) {
    let number = 0;
    for (let j = 0; j < width; j++) number |= bytes[at++] << (8 * j);
    numbers[i] = number;
  }
  return numbers;
}

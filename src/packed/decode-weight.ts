import { DlError } from '../core/errors.ts';
import { KeptPositions } from './kept-positions.ts';
import type { NamedWeight } from './model-file.ts';
import { PartReader } from './part-reader.ts';
import { columnsOf, fromColumns } from './traversal.ts';
import type { WeightEntry } from './weight-entry.ts';

/**
 * A weight from its bytes. All of them are checked; values that take more memory than they do in the file are made when they are first
 * looked at.
 * @throws DlError `file` that says what is wrong, without naming the weight
 */
export function decodeWeight(entry: WeightEntry, bytes: Uint8Array): NamedWeight {
  const { shape } = entry;
  const parts = new PartReader(bytes, entry.parts);
  const kept = new KeptPositions(shape, keptPositions(entry, parts));
  const { words, quantization } = entry.numbers.decode(parts, entry.numberParameters, kept);
  parts.end();
  const known = { shape, ...(quantization && { quantization }) };
  if (typeof words !== 'function') return { ...known, values: placed(words, kept) };
  let values: Float32Array | undefined;
  return {
    ...known,
    get values() {
      values ??= placed(words(), kept);
      return values;
    },
  };
}

function keptPositions({ shape, layout, layoutParameters, alongColumns }: WeightEntry, parts: PartReader): Uint32Array | undefined {
  const length = shape.reduce((product, size) => product * size, 1);
  const columns = columnsOf(shape);
  const rows = length / columns;
  const positions = layout.decode(parts, layoutParameters, { length, rowLength: alongColumns ? rows : columns });
  if (!alongColumns) return positions;
  if (positions === undefined || length === 0) throw new DlError('file', `the layout ${layout.name} does not go along the columns here`);
  return fromColumns(positions, rows, columns);
}

/** The words at their positions, 0 everywhere else. */
function placed(words: Uint32Array, { positions, shape }: KeptPositions): Float32Array {
  if (!positions) return new Float32Array(words.buffer, words.byteOffset, words.length);
  const all = new Uint32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < positions.length; i++) all[positions[i]] = words[i];
  return new Float32Array(all.buffer);
}

import { DlError } from '../core/errors.ts';
import { unpackBits } from './bits.ts';
import { noneCoder } from './coders/none-coder.ts';
import { bitmapLayout } from './layouts/bitmap-layout.ts';
import { denseLayout } from './layouts/dense-layout.ts';
import { gapsLayout } from './layouts/gaps-layout.ts';
import { float32Format } from './numbers/float32-format.ts';
import { joinedBytes } from './part-reader.ts';
import type { SafetensorsTensor } from './safetensors.ts';
import type { Layout } from './stored-form.ts';
import { isShape, type WeightEntry } from './weight-entry.ts';

/** A weight of version 1, told as one of today, with the bytes of its parts. */
export interface Version1Weight {
  readonly entry: WeightEntry;
  readonly bytes: Uint8Array;
}

/**
 * A weight of a file of version 1 (0.1.0 before its release): `{ name, shape, form }`, its sections in tensors of their own.
 * @param take gives a tensor by its name, once
 * @throws DlError `file`
 */
export function version1Weight(json: unknown, take: (name: string) => SafetensorsTensor | undefined): Version1Weight {
  const { name, shape, form, indexBits } = (json ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || !isShape(shape)) throw new DlError('file', 'Not a sound model file: an entry of its weights is not one.');
  const section = (suffix: string, dtype: SafetensorsTensor['dtype']) => {
    const tensor = take(name + suffix);
    if (tensor?.dtype !== dtype) throw new DlError('file', `Not a sound model file: the weight ${JSON.stringify(name)} lacks a tensor.`);
    return tensor.bytes;
  };
  const entry = (layout: Layout, layoutParameters: readonly number[], parts: readonly Uint8Array[]): Version1Weight => ({
    entry: {
      name,
      shape,
      layout,
      layoutParameters,
      alongColumns: false,
      numbers: float32Format,
      numberParameters: [],
      parts: parts.map(({ length }) => ({ coder: noneCoder, sizeBytes: length })),
    },
    bytes: joinedBytes(parts),
  });
  if (form === 'dense') return entry(denseLayout, [], [section('', 'F32')]);
  const values = section(':values', 'F32');
  if (form === 'bitmap') return entry(bitmapLayout, [], [section(':bitmap', 'U8'), values]);
  if (form !== 'sparse') throw new DlError('file', `Not a sound model file: the weight ${JSON.stringify(name)} has the form ${form}.`);
  const gaps = section(':gaps', 'U8');
  return entry(gapsLayout, [indexBits as number, countCodes(gaps, indexBits as number, values.length / 4, shape)], [gaps, values]);
}

/** Version 1 did not say how many codes there are: the last byte may have room for more. */
function countCodes(gaps: Uint8Array, indexBits: number, values: number, shape: readonly number[]): number {
  if (!(Number.isInteger(indexBits) && indexBits >= 2 && indexBits <= 8))
    throw new DlError('file', `A weight has ${indexBits} index bits.`);
  const skipCode = 2 ** indexBits - 1;
  const codes = unpackBits(gaps, indexBits);
  let left = shape.reduce((product, size) => product * size, 1);
  let count = 0;
  for (let placed = 0; count < codes.length && (placed < values || left >= skipCode); count++) {
    left -= codes[count] === skipCode ? skipCode : codes[count] + 1;
    if (codes[count] !== skipCode) placed++;
  }
  return count;
}

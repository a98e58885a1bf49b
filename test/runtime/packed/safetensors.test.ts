import { describe, expect, it } from 'vitest';
import {
  float32Tensor,
  float32Values,
  readSafetensors,
  type SafetensorsFile,
  type SafetensorsTensor,
  writeSafetensors,
} from '../../../src/packed/safetensors.ts';

const kernel = float32Tensor(Float32Array.of(1, -0, Number.NaN, 1e-45, 5, 6), [2, 3]);
const mask: SafetensorsTensor = { dtype: 'U8', shape: [3], bytes: Uint8Array.of(1, 2, 3) };
const gaps: SafetensorsTensor = { dtype: 'U16', shape: [1], bytes: Uint8Array.of(4, 5) };

/** A file with this header text and these data bytes. */
function fileOf(header: string | Uint8Array, dataBytes = 0, claimed?: bigint): Uint8Array {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const headerOf = (bytes: Uint8Array) => {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return new TextDecoder().decode(bytes.subarray(8, 8 + length));
};

describe('writeSafetensors', () => {
  it('puts larger elements first, without holes, and pads the header with spaces to 8 bytes', () => {
    const bytes = writeSafetensors({
      tensors: new Map([
        ['mask', mask],
        ['gaps', gaps],
        ['kernel', kernel],
      ]),
      metadata: { epoch: '3' },
    });
    const header = headerOf(bytes);
    expect(header.length % 8).toBe(0);
    expect(header).toBe(
      `${JSON.stringify({
        __metadata__: { epoch: '3' },
        kernel: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
        gaps: { dtype: 'U16', shape: [1], data_offsets: [24, 26] },
        mask: { dtype: 'U8', shape: [3], data_offsets: [26, 29] },
      })}`.padEnd(header.length),
    );
    expect(bytes.length).toBe(8 + header.length + 29);
  });

  it('refuses a tensor whose bytes do not fit its shape', () => {
    const tensors = new Map([['kernel', { ...kernel, shape: [2, 2] }]]);
    expect(() => writeSafetensors({ tensors, metadata: {} })).toThrow('tensor "kernel" of F32 [2,2] takes 16 bytes, 24 are given');
  });

  it('refuses names and metadata that other readers refuse', () => {
    const write =
      (name: string, metadata: object = {}) =>
      () =>
        writeSafetensors({ tensors: new Map([[name, kernel]]), metadata: metadata as SafetensorsFile['metadata'] });
    expect(write('__metadata__')).toThrow('cannot be called __metadata__');
    expect(write('\ud800')).toThrow('not valid Unicode');
    expect(write('kernel', { epoch: 3 })).toThrow('the metadata "epoch" is 3; it must be a string');
    expect(write('kernel', { epoch: '\udc00' })).toThrow('not valid Unicode');
  });
});

describe('readSafetensors', () => {
  it('gives back every bit, names of any kind and scalars, as views into the file', () => {
    const tensors = new Map([
      ['kernel', kernel],
      ['__proto__', float32Tensor(Float32Array.of(7), [])],
      ['Gewicht "ü" \u{1f600}', mask],
      ['nothing', float32Tensor(new Float32Array(), [0, 5])],
    ]);
    const bytes = writeSafetensors({ tensors, metadata: { topology: '{"a":[1]}', note: 'ü' } });
    const file = readSafetensors(bytes);
    expect(file.metadata).toEqual({ topology: '{"a":[1]}', note: 'ü' });
    expect(file.tensors).toEqual(tensors);
    expect(file.tensors.get('kernel')!.bytes.buffer).toBe(bytes.buffer);
    expect(float32Values(file.tensors.get('kernel')!).buffer).toBe(bytes.buffer);
  });

  it('reads float32 values from a file that lies unaligned in memory', () => {
    const bytes = writeSafetensors({ tensors: new Map([['kernel', kernel]]), metadata: {} });
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(float32Values(readSafetensors(shifted.subarray(1)).tensors.get('kernel')!)).toEqual(float32Values(kernel));
  });

  it('reads a Buffer of Node, whose slices share memory, wherever it begins', () => {
    const bytes = writeSafetensors({ tensors: new Map([['kernel', kernel]]), metadata: {} });
    for (let offset = 0; offset < 8; offset++) {
      const buffer = Buffer.concat([Buffer.alloc(offset), bytes]).subarray(offset);
      const { tensors } = readSafetensors(buffer);
      expect(float32Values(tensors.get('kernel')!)).toEqual(float32Values(kernel));
      expect(Buffer.isBuffer(tensors.get('kernel')!.bytes)).toBe(false);
    }
  });

  it('reads an empty file', () => {
    expect(readSafetensors(fileOf('{}')).tensors.size).toBe(0);
  });

  const entry = (fields: object) => JSON.stringify({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } });
  const cases: [string, Uint8Array, string][] = [
    ['an empty file', new Uint8Array(), 'it has only 0 bytes'],
    ['a header longer than the file', fileOf('{}', 0, 2n ** 32n), 'its header claims 4294967296 bytes, the file has 10'],
    ['a header length of 64 bits', fileOf('{}', 0, 2n ** 64n - 1n), 'its header claims 18446744073709551615 bytes'],
    ['another kind of file', fileOf('PK'), 'its header does not begin with {'],
    ['a header that is not UTF-8', fileOf(Uint8Array.of(0x7b, 0xff, 0x7d)), 'its header is not UTF-8'],
    ['a header that is not JSON', fileOf('{"a":'), 'is not JSON'],
    ['endless nesting', fileOf(`{"a":${'['.repeat(100_000)}`), 'more than 64 objects inside each other'],
    ['a string that never ends', fileOf(`{"a":"${'\\\\"'.repeat(500_000)}`), 'is not JSON'],
    ['a name given twice', fileOf('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{}}'), 'has the key "a" twice'],
    ['a tensor that is no object', fileOf('{"a":null}'), 'tensor "a" has the type undefined'],
    ['an unknown type', fileOf(entry({ dtype: 'F8_E5M2' }), 8), 'tensor "a" has the type "F8_E5M2"; read are F32'],
    ['a type that is a method of objects', fileOf(entry({ dtype: 'toString' }), 8), 'has the type "toString"'],
    ['a negative size', fileOf(entry({ shape: [-2] }), 8), 'tensor "a" has the shape [-2]'],
    ['half a size', fileOf(entry({ shape: [0.5] }), 8), 'tensor "a" has the shape [0.5]'],
    ['a shape beyond all numbers', fileOf(entry({ shape: [2 ** 30, 2 ** 30] }), 8), 'more than any file holds'],
    ['a shape that does not fit the bytes', fileOf(entry({ shape: [3] }), 8), 'takes 12 bytes, 8 are given'],
    ['an end before the beginning', fileOf(entry({ data_offsets: [8, 0] }), 8), 'takes 8 bytes, -8 are given'],
    ['three offsets', fileOf(entry({ data_offsets: [0, 8, 9] }), 8), 'has the offsets [0,8,9]'],
    ['a hole', fileOf(entry({ data_offsets: [4, 12] }), 12), 'begins at byte 4 of the data, but the one before ends at 0'],
    ['a cut-off end', fileOf(entry({}), 7), 'ends at byte 8 of the data, but there are only 7'],
    ['something behind the end', fileOf(entry({}), 9), '1 bytes at its end belong to no tensor'],
    ['metadata that is no string', fileOf('{"__metadata__":{"a":{}}}'), 'the metadata "a" is {}; it must be a string'],
    ['metadata that is a list', fileOf('{"__metadata__":[]}'), '__metadata__ is not an object'],
  ];
  it.each(cases)('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ name: 'DlError', code: 'file' }));
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it('refuses two tensors over the same bytes', () => {
    const one = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
    expect(() => readSafetensors(fileOf(JSON.stringify({ a: one, b: one }), 8))).toThrow('begins at byte 0 of the data');
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from '../../../src/packed/safetensors.ts';
import { writeModelFile } from '../../../src/packed/write-model-file.ts';
import { describeWith, python, pythonCommand } from '../../support/requirements.ts';
import { sampleForms, sampleModel } from './form-samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'dl-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs Python with `path` as its argument; `code` prints JSON. */
function inPython(path: string, code: string): unknown {
  const head =
    'import json, sys, numpy\nfrom safetensors import safe_open\nfrom safetensors.numpy import load_file, save_file\npath = sys.argv[1]\n';
  return JSON.parse(execFileSync(pythonCommand, ['-B', '-c', head + code, path], { encoding: 'utf8' }));
}

describeWith(python('safetensors', 'safetensors numpy'), "Python's safetensors", () => {
  test('reads our files: every type, scalars, empty tensors, names and metadata', () => {
    const of = (dtype: SafetensorsTensor['dtype'], values: ArrayBufferView, shape: number[]): SafetensorsTensor => ({
      dtype,
      shape,
      bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    });
    const tensors = new Map([
      ['bytes', of('U8', Uint8Array.of(1, 255, 3), [3])],
      ['signed', of('I8', Int8Array.of(-128, 127), [2])],
      ['half', of('F16', Uint16Array.of(0x3c00, 0xc000), [1, 2])],
      ['short', of('I16', Int16Array.of(-2), [1])],
      ['unsigned short', of('U16', Uint16Array.of(65535), [1])],
      ['whole', of('I32', Int32Array.of(-5, 6), [2, 1])],
      ['unsigned', of('U32', Uint32Array.of(2 ** 32 - 1), [1])],
      ['scalar', of('F32', Float32Array.of(0.5), [])],
      ['nothing "ü"', of('F32', new Float32Array(), [0, 3])],
    ]);
    const path = join(folder, 'ours.safetensors');
    writeFileSync(path, writeSafetensors({ tensors, metadata: { note: '{"ü": 1}' } }));
    const read = inPython(
      path,
      'tensors = load_file(path)\nprint(json.dumps([safe_open(path, "np").metadata(), {name: [str(t.dtype), list(t.shape), t.tolist()] for name, t in tensors.items()}]))',
    );
    expect(read).toEqual([
      { note: '{"ü": 1}' },
      {
        bytes: ['uint8', [3], [1, 255, 3]],
        signed: ['int8', [2], [-128, 127]],
        half: ['float16', [1, 2], [[1, -2]]],
        short: ['int16', [1], [-2]],
        'unsigned short': ['uint16', [1], [65535]],
        whole: ['int32', [2, 1], [[-5], [6]]],
        unsigned: ['uint32', [1], [2 ** 32 - 1]],
        scalar: ['float32', [], 0.5],
        'nothing "ü"': ['float32', [0, 3], []],
      },
    ]);
  });

  test.each(Object.entries(sampleForms))('reads every weight of a model file from docs/packed-file.md alone: %s', (_, forms) => {
    const path = join(folder, 'model.safetensors');
    const bytes = writeModelFile(sampleModel, forms);
    writeFileSync(path, bytes);
    const read = inPython(
      path,
      `sys.path.insert(0, ${JSON.stringify(import.meta.dirname)})
from read_model import weights
print(json.dumps({name: [list(array.shape), array.astype('<f4').tobytes().hex()] for name, array in weights(path).items()}))`,
    );
    const { weights } = readModelFile(bytes);
    const expected = Array.from(weights, ([name, { shape, values }]) => [
      name,
      [shape, Buffer.from(values.slice().buffer).toString('hex')],
    ]);
    expect(read).toEqual(Object.fromEntries(expected));
  });

  test('writes files that we read', () => {
    const path = join(folder, 'theirs.safetensors');
    inPython(
      path,
      'save_file({"b": numpy.arange(6, dtype="float32").reshape(2, 3), "a": numpy.array([7], dtype="uint8")}, path, {"by": "them"})\nprint("0")',
    );
    const { tensors, metadata } = readSafetensors(readFileSync(path));
    expect(metadata).toEqual({ by: 'them' });
    expect(tensors.get('a')).toMatchObject({ dtype: 'U8', shape: [1], bytes: new Uint8Array([7]) });
    expect(tensors.get('b')).toMatchObject({ dtype: 'F32', shape: [2, 3] });
  });
});

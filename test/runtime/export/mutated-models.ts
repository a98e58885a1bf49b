import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { packModel } from '../../../src/compression/pack-model.ts';
import { DlError } from '../../../src/core/errors.ts';
import { importOnnx } from '../../../src/export/import-onnx.ts';
import { decodeOnnx, encodeOnnx } from '../../../src/export/onnx/format/onnx-format.ts';
import { readOnnx } from '../../../src/export/onnx/read/read-onnx.ts';
import { writeOnnx } from '../../../src/export/onnx/write/write-onnx.ts';
import { readTfjs } from '../../../src/export/tfjs/read-tfjs.ts';
import { type ReadModelFile, readModelFile } from '../../../src/packed/read-model-file.ts';
import { editBytes } from '../../support/edit-bytes.ts';
import { type FuzzFigures, fuzz } from '../../support/fuzz.ts';
import { causalConvolution } from './changed-nets.ts';
import { engineNets, otherNets, randomInputs, tfjsOutputs, wrappedNets, writtenNets } from './nets.ts';

const originals = ['pytorch', 'operators'].flatMap((name) => {
  const folder = join(import.meta.dirname, name);
  const files = readdirSync(folder).filter((file) => file.endsWith('.onnx'));
  return files.map((file) => new Uint8Array(readFileSync(join(folder, file))));
});

/** Overwrites, cuts out or inserts bytes. */
const edit = fc.record({ at: fc.nat(), remove: fc.integer({ min: 0, max: 8 }), insert: fc.uint8Array({ maxLength: 8 }) });

const strange: readonly unknown[] = [-1n, 0n, 1n, 2n, 3n, 7n, 64n, 65535n, 2n ** 31n, 2n ** 53n, -(2n ** 62n)];
const names = [
  '',
  'Conv',
  'Flatten',
  'Reshape',
  'MaxPool',
  'Add',
  'Softmax',
  'Transpose',
  'ConvTranspose',
  'Resize',
  'LayerNormalization',
  'Slice',
  'If',
  'toString',
  '__proto__',
  'input',
  'output',
  'pads',
];

/** Places of a decoded model: a number, a name or a list that may be another one. */
function places(value: unknown, found: { object: Record<string, unknown>; key: string }[] = []) {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (key.startsWith('$')) continue;
    found.push({ object: value as Record<string, unknown>, key });
    places(inner, found);
  }
  return found;
}

/** A sound protobuf file of another model: what lies behind the decoder is reached too. */
function changed(bytes: Uint8Array, changes: readonly { at: number; pick: number }[]): Uint8Array {
  const model = decodeOnnx(bytes);
  for (const { at, pick } of changes) {
    const all = places(model);
    const { object, key } = all[at % all.length];
    const old = object[key];
    if (typeof old === 'bigint') object[key] = strange[pick % strange.length];
    else if (typeof old === 'number') object[key] = key === 'f' ? [0, -1, 1e38][pick % 3] : [0, 1, 2, 6, 7, 10, 11, 99, -1, 3][pick % 10];
    else if (typeof old === 'string') object[key] = names[pick % names.length];
    else if (ArrayBuffer.isView(old)) object[key] = (old as Uint8Array).subarray(0, pick % ((old as Uint8Array).length + 1));
    else if (Array.isArray(old)) old.splice(pick % (old.length + 1), 1, ...(pick % 3 === 0 ? old.slice(0, 2) : []));
  }
  return encodeOnnx(model);
}

const original = fc.constantFrom(...originals);
const mutatedOnnx = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.tuple(original, fc.array(edit, { minLength: 1, maxLength: 3 })).map(([bytes, edits]) => editBytes(bytes, edits)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(original, fc.array(fc.record({ at: fc.nat(), pick: fc.nat() }), { minLength: 1, maxLength: 3 }))
      .map(([bytes, changes]) => changed(bytes, changes)),
  },
);

/** Reads many damaged ONNX files; anything but a model or a clear refusal, and anything large allocated, fails. */
export function readMutatedOnnx(runs: number): Promise<FuzzFigures> {
  return fuzz(mutatedOnnx, runs, (bytes) => {
    const { weights } = readOnnx(bytes, { addSoftmax: true });
    const numbers = [...weights.values()].reduce((sum, { values }) => sum + values.length, 0);
    if (4 * numbers > Math.max(2 ** 24, 16 * bytes.length)) throw new Error('allocated more than a file of this size may hold');
  });
}

/** Builds what can be read, and computes with it: that must end in numbers or in a refusal too. */
export function runMutatedOnnx(runs: number): Promise<FuzzFigures> {
  return fuzz(mutatedOnnx, runs, async (bytes) => {
    const { model, features } = await importOnnx(bytes, { addSoftmax: true });
    const outputs = await tfjsOutputs(model, features, randomInputs(features, 1));
    model.dispose();
    if (outputs.length !== features.outputs) throw new Error(`${outputs.length} outputs, not ${features.outputs}`);
  });
}

const kerasFolder = join(import.meta.dirname, 'keras', 'branches');
const modelJson = readFileSync(join(kerasFolder, 'model.json'), 'utf8');
const shard = new Uint8Array(readFileSync(join(kerasFolder, 'group1-shard1of1.bin')));
const strangeJson = [
  null,
  -1,
  0,
  0.5,
  2,
  65535,
  2 ** 31,
  1e308,
  '',
  'same',
  'Conv2D',
  '__proto__',
  '../x',
  [],
  [0],
  [3, 3],
  [1e5, 1e5],
  {},
  true,
];

/** The same JSON with the value at one place replaced; places are counted from the top. */
function replaceAt(text: string, place: number, value: unknown): string {
  let count = 0;
  return JSON.stringify(JSON.parse(text, (_, inner) => (count++ === place ? value : inner)));
}

const mutatedJson = fc.oneof(
  fc
    .array(edit, { minLength: 1, maxLength: 3 })
    .map((edits) => new TextDecoder().decode(editBytes(new TextEncoder().encode(modelJson), edits))),
  fc.tuple(fc.nat(700), fc.constantFrom(...strangeJson)).map(([place, value]) => replaceAt(modelJson, place, value)),
);

/** The same for tfjs models. */
export function readMutatedTfjs(runs: number): Promise<FuzzFigures> {
  return fuzz(mutatedJson, runs, (text) =>
    readTfjs(text, async (name) => {
      if (name !== 'group1-shard1of1.bin') throw new DlError('missing', name);
      return shard;
    }),
  );
}

/** Writes packed models with something strange in their description as ONNX. */
export async function writeMutatedModels(runs: number): Promise<FuzzFigures> {
  const files: ReadModelFile[] = [];
  for (const net of [...engineNets, ...otherNets, ...writtenNets, ...wrappedNets]) {
    const model = net.build();
    files.push(readModelFile(await packModel(model, { features: net.features, forms: {} })));
    model.dispose();
  }
  for (const { bytes } of [await causalConvolution(1, 2), await causalConvolution(2, 1)]) files.push(readModelFile(bytes));
  const values = [...strangeJson, 'causal', 'Flatten', 'Reshape', 'ZeroPadding2D', 'Dense', 'softmax', [[1, 2], [3, 4]], 64]; // biome-ignore format: one line
  const descriptions = fc.tuple(fc.constantFrom(...files), fc.nat(250), fc.constantFrom(...values));
  return fuzz(descriptions, runs, ([file, place, value]) =>
    writeOnnx({ ...file, topology: JSON.parse(replaceAt(JSON.stringify(file.topology), place, value)) }),
  );
}

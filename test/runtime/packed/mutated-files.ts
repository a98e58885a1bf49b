import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DlError } from '../../../src/core/errors.ts';
import { digestOf, digestsOf, largestDecodedBytes } from '../../../src/packed/model-file.ts';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { readSafetensors, type SafetensorsFile, writeSafetensors } from '../../../src/packed/safetensors.ts';
import { writeModelFile } from '../../../src/packed/write-model-file.ts';
import { editBytes } from '../../support/edit-bytes.ts';
import { type FuzzFigures, fuzz } from '../../support/fuzz.ts';
import { sampleForms, sampleModel } from './form-samples.ts';

const version1 = new Uint8Array(readFileSync(new URL('../../expected/released/0.1.0/version-1.safetensors', import.meta.url)));
const originals = Object.values(sampleForms).map((forms) => writeModelFile(sampleModel, forms));

/** Overwrites, cuts out or inserts bytes; three times out of four in the header, where it hurts. */
const edit = fc.record({
  at: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0, max: 3000 }) }, { weight: 1, arbitrary: fc.nat() }),
  remove: fc.integer({ min: 0, max: 8 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc.stringMatching(/^[0-9[\]{}",:]{1,6}$/).map((text) => new TextEncoder().encode(text)),
  ),
});

/** Changes that leave the container sound, so that they reach the decoders: a byte of a tensor, or a number in the list of weights. */
const change = fc.record({
  inBytes: fc.boolean(),
  at: fc.nat(),
  byte: fc.integer({ min: 0, max: 255 }),
  number: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(255, 256, 1200, 65_536, 2 ** 24, 2 ** 31, 2 ** 32, 9_999_999_999)),
});

function changed(bytes: Uint8Array, changes: readonly { inBytes: boolean; at: number; byte: number; number: number }[]): Uint8Array {
  const file = readSafetensors(bytes.slice());
  const tensors = [...file.tensors.values()];
  let { weights } = file.metadata;
  for (const { inBytes, at, byte, number } of changes) {
    const target = tensors[at % tensors.length].bytes;
    if (inBytes && target.length > 0) target[Math.floor(at / tensors.length) % target.length] = byte;
    const count = weights.match(/\d+/g)?.length ?? 1;
    let left = at % count;
    if (!inBytes) weights = weights.replace(/\d+/g, (text) => (left-- === 0 ? String(number) : text));
  }
  return sealed({ ...file, metadata: { ...file.metadata, weights } });
}

/** With digests that fit, so that what lies behind that check is reached too. */
function sealed({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const digest = metadata.version === '1' ? digestOf : digestsOf;
  return writeSafetensors({ tensors, metadata: { ...metadata, sha256: digest({ tensors, metadata }) } });
}

function resealed(bytes: Uint8Array): Uint8Array {
  try {
    return sealed(readSafetensors(bytes));
  } catch {
    return bytes;
  }
}

const original = fc.oneof({ weight: 1, arbitrary: fc.constant(version1) }, { weight: 9, arbitrary: fc.constantFrom(...originals) });

const mutated = fc.oneof(
  fc
    .tuple(original, fc.array(edit, { minLength: 1, maxLength: 3 }), fc.boolean())
    .map(([bytes, edits, seal]) => (seal ? resealed(editBytes(bytes, edits)) : editBytes(bytes, edits))),
  fc.tuple(original, fc.array(change, { minLength: 1, maxLength: 3 })).map(([bytes, changes]) => changed(bytes, changes)),
);

/** Reads many damaged files; anything but a model or a clear refusal, and anything large allocated, fails. */
export function readMutatedFiles(runs: number): Promise<FuzzFigures> {
  const read = (bytes: Uint8Array) => {
    const { weights } = readModelFile(bytes);
    const decodedBytes = [...weights.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
    if (decodedBytes > largestDecodedBytes(bytes.length)) throw new Error('allocated more than a file of this size may hold');
  };
  return fuzz(mutated, runs, read, (error) => error instanceof DlError && error.code === 'file');
}

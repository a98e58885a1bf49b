import fc from 'fast-check';
import { DlError } from '../../../src/core/errors.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { shortDigestsOf } from '../../../src/packed/model-file.ts';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { readSafetensors, writeSafetensors } from '../../../src/packed/safetensors.ts';
import { storedForms } from '../../../src/packed/stored-forms.ts';
import { writeModelFile } from '../../../src/packed/write-model-file.ts';

const random = new RandomStream(0);
const weight = (length: number, density: number) => ({
  shape: [length],
  values: Float32Array.from({ length }, () => (random.uniform() < density ? random.normal() : 0)),
});
const original = writeModelFile(
  {
    topology: { class_name: 'Sequential', config: { layers: [] } },
    features: { inputShape: [2] },
    metrics: { loss: 1 },
    weights: new Map(Object.entries({ 'a/kernel': weight(2000, 0.05), 'b/kernel': weight(1000, 0.4), 'b/bias': weight(20, 1) })),
  },
  storedForms,
);

/** Overwrites, cuts out or inserts bytes; three times out of four in the header, where it hurts. */
const mutation = fc.record({
  at: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 2000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: original.length - 1 }) },
  ),
  remove: fc.integer({ min: 0, max: 8 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc.stringMatching(/^[0-9[\]{}",:]{1,6}$/).map((text) => new TextEncoder().encode(text)),
  ),
});

function mutate(bytes: Uint8Array, changes: { at: number; remove: number; insert: Uint8Array }[]): Uint8Array {
  let result = bytes;
  for (const { at, remove, insert } of changes) {
    result = Uint8Array.from([...result.subarray(0, at), ...insert, ...result.subarray(at + remove)]);
  }
  return result;
}

/** With the digest made to fit, so that what lies behind that check is reached too. */
function resealed(bytes: Uint8Array): Uint8Array {
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    return writeSafetensors({ tensors, metadata: { ...metadata, sha256: shortDigestsOf({ tensors, metadata }) } });
  } catch {
    return bytes;
  }
}

/** Reads many damaged files; anything but a model or a clear refusal, and anything large allocated, fails. */
export function readMutatedFiles(numRuns: number): void {
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), fc.boolean(), (changes, seal) => {
      const mutated = mutate(original, changes);
      try {
        const { weights } = readModelFile(seal ? resealed(mutated) : mutated);
        for (const { values } of weights.values())
          if (values.length > 1100 * mutated.length) throw new Error('allocated far more than the file holds');
      } catch (error) {
        if (!(error instanceof DlError) || error.code !== 'file') throw error;
      }
    }),
    { numRuns },
  );
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import { bitmapForm } from '../../../src/packed/bitmap-form.ts';
import { digestOf, type ModelFile, type NamedWeight } from '../../../src/packed/model-file.ts';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from '../../../src/packed/safetensors.ts';
import { sparseForm } from '../../../src/packed/sparse-form.ts';
import { storedForms } from '../../../src/packed/stored-forms.ts';
import { writeModelFile } from '../../../src/packed/write-model-file.ts';

/** A weight of `length` values of which about `density` are not 0. */
function sparseWeight(length: number, density: number, seed = 0): NamedWeight {
  const random = new RandomStream(seed);
  return { shape: [length], values: Float32Array.from({ length }, () => (random.uniform() < density ? random.normal() : 0)) };
}

function modelOf(weights: Record<string, NamedWeight>): ModelFile {
  return {
    topology: { class_name: 'Sequential', config: { name: 'net', layers: [] } },
    features: { task: 'regression', outputNames: ['price'] },
    metrics: { val_loss: 0.25 },
    recipe: [{ name: 'pruneWeights', options: { keep: 0.1 } }],
    weights: new Map(Object.entries(weights)),
  };
}

const words = ({ values }: NamedWeight) => [...new Uint32Array(values.buffer, values.byteOffset, values.length)];

/** The file with some metadata changed and its digest made to fit again. */
function withMetadata(bytes: Uint8Array, change: Record<string, string | undefined>, tensors?: Map<string, SafetensorsTensor>) {
  const file = readSafetensors(bytes);
  const kept = Object.entries({ ...file.metadata, ...change }).filter(([key, value]) => key !== 'sha256' && value !== undefined);
  const changed = { tensors: tensors ?? file.tensors, metadata: Object.fromEntries(kept) as Record<string, string> };
  return writeSafetensors({ ...changed, metadata: { ...changed.metadata, sha256: digestOf(changed) } });
}

describe('writeModelFile and readModelFile', () => {
  it('give back topology, features, metrics, recipe and every bit of the weights', () => {
    const model = modelOf({
      'conv1/kernel': { shape: [2, 2], values: Float32Array.of(-0, Number.NaN, 1e-45, 3) },
      'conv1/bias': sparseWeight(5, 1),
    });
    const read = readModelFile(writeModelFile(model, storedForms));
    expect(read).toMatchObject({ topology: model.topology, features: model.features, metrics: model.metrics, recipe: model.recipe });
    expect([...read.weights.keys()]).toEqual(['conv1/kernel', 'conv1/bias']);
    for (const [name, weight] of model.weights) {
      expect(read.weights.get(name)!.shape).toEqual(weight.shape);
      expect(words(read.weights.get(name)!)).toEqual(words(weight));
    }
  });

  it('keep the order of the weights even where a layer is called by a number', () => {
    const model = modelOf({ 'a/kernel': sparseWeight(3, 1), '7': sparseWeight(3, 1) });
    const reversed = { ...model, weights: new Map([...model.weights].reverse()) };
    expect([...readModelFile(writeModelFile(reversed)).weights.keys()]).toEqual([...reversed.weights.keys()]);
  });

  it('write equal bytes for equal models', () => {
    const model = modelOf({ 'a/kernel': sparseWeight(1000, 0.1) });
    expect(writeModelFile(model, storedForms)).toEqual(writeModelFile(model, storedForms));
  });

  it('write a NaN metric as one', () => {
    const bytes = writeModelFile({ ...modelOf({}), metrics: { val_loss: Number.NaN } });
    expect(readModelFile(bytes).metrics).toEqual({ val_loss: Number.NaN });
  });

  it('take sparse at 8 %, bitmap at 40 %, dense at 100 % and for a handful of values', () => {
    const weights = { a: sparseWeight(10_000, 0.08), b: sparseWeight(10_000, 0.4), c: sparseWeight(10_000, 1), d: sparseWeight(10, 0.5) };
    const stored = readModelFile(writeModelFile(modelOf(weights), storedForms)).stored;
    expect([...stored.values()].map(({ form }) => form)).toEqual(['sparse', 'bitmap', 'dense', 'dense']);
    expect(stored.get('c')!.sizeBytes).toBe(40_000);
    expect(stored.get('b')!.sizeBytes).toBe(4 * words(weights.b).filter(Boolean).length + 1250);
  });

  it('store 400,000 weights of which 8 % are kept in at most 38 bits each', () => {
    const weight = sparseWeight(400_000, 0.08);
    const kept = words(weight).filter(Boolean).length;
    const { sizeBytes } = readModelFile(writeModelFile(modelOf({ a: weight }), [sparseForm])).stored.get('a')!;
    expect((sizeBytes * 8) / kept).toBeLessThan(38);
  });

  it('take only the forms they are given', () => {
    expect(readModelFile(writeModelFile(modelOf({ a: sparseWeight(10_000, 0.01) }))).stored.get('a')!.form).toBe('dense');
  });
});

describe.each(storedForms.map((form) => [form.name, form] as const))('the form %s', (_, form) => {
  it('gives back every bit of any values', () => {
    const values = fc
      .array(
        fc.oneof(
          { weight: 4, arbitrary: fc.constant(0) },
          fc.float(),
          fc.integer({ min: 0, max: 300 }).map((n) => new Float32Array(n)),
        ),
        { maxLength: 60 },
      )
      .map((parts) => Float32Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part]))));
    fc.assert(
      fc.property(values, (array) => {
        const weight = { shape: [array.length], values: array };
        const encoded = form.encode(weight)!;
        expect(Object.keys(encoded.sections)).toEqual([...form.sections]);
        expect(words({ shape: [], values: form.decode(encoded, weight.shape) })).toEqual(words(weight));
      }),
      { numRuns: 200 },
    );
  });
});

describe('readModelFile refuses', () => {
  const weight = sparseWeight(1000, 0.1);
  const sparse = writeModelFile(modelOf({ a: weight }), [sparseForm]);
  const bitmap = writeModelFile(modelOf({ a: weight }), [bitmapForm]);
  const entry = (fields: object) => JSON.stringify([{ name: 'a', shape: [1000], form: 'sparse', indexBits: 4, ...fields }]);

  it('a safetensors file of somebody else', () => {
    expect(() => readModelFile(writeSafetensors({ tensors: new Map(), metadata: {} }))).toThrow('holds no model of dl-project');
  });

  it('a version and a stored form it does not know, and says to update', () => {
    expect(() => readModelFile(withMetadata(sparse, { version: '2' }))).toThrow(
      'has version 2; this release of dl-project reads 1. Update',
    );
    expect(() => readModelFile(withMetadata(sparse, { weights: entry({ form: 'ternary' }) }))).toThrow(
      'The weight "a" is stored as "ternary"; this release of dl-project reads dense, sparse, bitmap. Update dl-project.',
    );
  });

  it('a file in which one bit differs', () => {
    for (const at of [sparse.length - 1, sparse.length - 600, 30]) {
      const changed = sparse.slice();
      changed[at] ^= 1;
      expect(() => readModelFile(changed)).toThrow();
    }
    const changed = sparse.slice();
    changed[changed.length - 1] ^= 1;
    expect(() => readModelFile(changed)).toThrow('its contents do not match its sha256');
  });

  const cases: [string, Uint8Array, string][] = [
    ['missing metadata', withMetadata(sparse, { topology: undefined }), '"topology" is missing'],
    ['topology that is not JSON', withMetadata(sparse, { topology: '{' }), '"topology" in the model file is not JSON'],
    ['weights that are no list', withMetadata(sparse, { weights: '{}' }), '"weights" is not a list'],
    ['a weight without a name', withMetadata(sparse, { weights: '[{}]' }), 'entry 0 of its weights is not one'],
    [
      'a weight listed twice',
      withMetadata(sparse, { weights: `[${entry({}).slice(1, -1)},${entry({}).slice(1, -1)}]` }),
      'is listed twice',
    ],
    ['a weight without its tensor', withMetadata(sparse, { weights: entry({ name: 'b' }) }), 'lacks its tensor "b:values"'],
    ['a tensor of no weight', withMetadata(sparse, { weights: '[]' }), 'the tensor "a:values" belongs to no weight'],
    ['a parameter that is no number', withMetadata(sparse, { weights: entry({ indexBits: '4' }) }), 'no whole number as "indexBits"'],
    ['9 index bits', withMetadata(sparse, { weights: entry({ indexBits: 9 }) }), 'it has 9 index bits'],
    [
      'a shape beyond the codes, without allocating it',
      withMetadata(sparse, { weights: entry({ shape: [2 ** 30] }) }),
      '1073741824 positions',
    ],
    ['a shape short of the codes', withMetadata(sparse, { weights: entry({ shape: [900] }) }), '900 positions'],
    ['a shape of 2^62 values', withMetadata(sparse, { weights: entry({ shape: [2 ** 31, 2 ** 31] }) }), 'entry 0 of its weights'],
    [
      'a bitmap for another shape',
      withMetadata(bitmap, { weights: entry({ form: 'bitmap', shape: [1009] }) }),
      '125 bytes of U8 for 1009 positions',
    ],
    ['metrics that are a list', withMetadata(sparse, { metrics: '[]' }), '"metrics" is not an object'],
  ];
  it.each(cases)('%s', (_, bytes, message) => {
    expect(() => readModelFile(bytes)).toThrow(expect.objectContaining({ code: 'file', message: expect.stringContaining(message) }));
  });

  it('a bitmap that marks more positions than it has values', () => {
    const tensors = new Map(readSafetensors(bitmap).tensors);
    tensors.set('a:bitmap', { dtype: 'U8', shape: [125], bytes: new Uint8Array(125).fill(255) });
    expect(() => readModelFile(withMetadata(bitmap, {}, tensors))).toThrow('its bitmap marks 1000 positions');
  });
});

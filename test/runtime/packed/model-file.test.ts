import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import { bitmapLayout } from '../../../src/packed/layouts/bitmap-layout.ts';
import { gapsLayout } from '../../../src/packed/layouts/gaps-layout.ts';
import { digestsOf, type ModelFile, type NamedWeight } from '../../../src/packed/model-file.ts';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from '../../../src/packed/safetensors.ts';
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
    activations: new Map([['conv1', { scale: 0.1, zeroPoint: 3 }]]),
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
  return writeSafetensors({ ...changed, metadata: { ...changed.metadata, sha256: digestsOf(changed) } });
}

describe('writeModelFile and readModelFile', () => {
  it('give back topology, features, metrics, recipe and every bit of the weights', () => {
    const model = modelOf({
      'conv1/kernel': { shape: [2, 2], values: Float32Array.of(-0, Number.NaN, 1e-45, 3) },
      'conv1/bias': sparseWeight(5, 1),
    });
    const read = readModelFile(writeModelFile(model, storedForms));
    expect(read).toMatchObject({ topology: model.topology, features: model.features, metrics: model.metrics, recipe: model.recipe });
    expect(read.activations).toEqual(model.activations);
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

  it('take gaps at 8 %, a bitmap at 40 %, an ordinary tensor at 100 % and for a handful of values', () => {
    const weights = { a: sparseWeight(10_000, 0.08), b: sparseWeight(10_000, 0.4), c: sparseWeight(10_000, 1), d: sparseWeight(10, 0.5) };
    const stored = readModelFile(writeModelFile(modelOf(weights), { layouts: storedForms.layouts })).stored;
    expect([...stored.values()].map(({ form }) => form)).toEqual(['gaps, float32', 'bitmap, float32', 'float32', 'float32']);
    expect(stored.get('c')!.sizeBytes).toBe(40_000);
    expect(stored.get('b')!.sizeBytes).toBe(4 * words(weights.b).filter(Boolean).length + 1250);
  });

  it('store 400,000 weights of which 8 % are kept in at most 38 bits each', () => {
    const weight = sparseWeight(400_000, 0.08);
    const kept = words(weight).filter(Boolean).length;
    const { sizeBytes } = readModelFile(writeModelFile(modelOf({ a: weight }), { layouts: [gapsLayout] })).stored.get('a')!;
    expect((sizeBytes * 8) / kept).toBeLessThan(38);
  });

  it('store weights plainly where no reader would believe a file so small', () => {
    const weights = { a: { shape: [2 ** 22 + 1], values: new Float32Array(2 ** 22 + 1) } };
    const bytes = writeModelFile(modelOf(weights), storedForms);
    expect(bytes.length).toBeGreaterThan(2 ** 24);
    expect(readModelFile(bytes).weights.get('a')!.values.length).toBe(2 ** 22 + 1);
  });

  it('take only the forms they are given', () => {
    expect(readModelFile(writeModelFile(modelOf({ a: sparseWeight(10_000, 0.01) }))).stored.get('a')!.form).toBe('float32');
  });
});

describe('readModelFile refuses', () => {
  const weight = sparseWeight(1000, 0.1);
  const gaps = writeModelFile(modelOf({ a: weight }), { layouts: [gapsLayout] });
  const bitmap = writeModelFile(modelOf({ a: weight }), { layouts: [bitmapLayout] });
  const listOf = (bytes: Uint8Array) => JSON.parse(readSafetensors(bytes).metadata.weights)[0] as unknown[];
  /** The entry of a weight with one of its items replaced. */
  const entry = (bytes: Uint8Array, at: number, item: unknown) => JSON.stringify([listOf(bytes).with(at, item)]);

  it('a safetensors file of somebody else', () => {
    expect(() => readModelFile(writeSafetensors({ tensors: new Map(), metadata: {} }))).toThrow('holds no model of dl-project');
  });

  it('a version and forms it does not know, and says to update', () => {
    expect(() => readModelFile(withMetadata(gaps, { version: '3' }))).toThrow(
      'has version 3; this release of dl-project reads 2 and older. Update',
    );
    expect(() => readModelFile(withMetadata(gaps, { weights: entry(gaps, 3, 'posit 8') }))).toThrow(
      /^The weight "a" has the number format "posit"; this release of dl-project reads float32, .*, trits\. Update dl-project\.$/,
    );
    expect(() => readModelFile(withMetadata(gaps, { weights: entry(gaps, 2, 'tree 8') }))).toThrow('has the layout "tree"');
    expect(() => readModelFile(withMetadata(gaps, { weights: entry(gaps, 4, 'zip 8') }))).toThrow('has the coder "zip"');
  });

  it('a file in which one bit differs', () => {
    for (const at of [gaps.length - 1, gaps.length - 300, 30]) {
      const changed = gaps.slice();
      changed[at] ^= 1;
      expect(() => readModelFile(changed)).toThrow();
    }
    const changed = gaps.slice();
    changed[changed.length - 1] ^= 1;
    expect(() => readModelFile(changed)).toThrow('its contents do not match its sha256');
  });

  const cases: [string, Uint8Array, string][] = [
    ['missing metadata', withMetadata(gaps, { topology: undefined }), '"topology" is missing'],
    ['topology that is not JSON', withMetadata(gaps, { topology: '{' }), '"topology" in the model file is not JSON'],
    ['weights that are no list', withMetadata(gaps, { weights: '{}' }), '"weights" is not a list'],
    ['a weight without a name', withMetadata(gaps, { weights: '[[]]' }), '[] describes no weight'],
    ['a weight listed twice', withMetadata(gaps, { weights: JSON.stringify([listOf(gaps), listOf(gaps)]) }), 'or no more'],
    ['a weight without its tensor', withMetadata(gaps, { weights: entry(gaps, 0, 'b') }), 'there is no such tensor'],
    ['a tensor of no weight', withMetadata(gaps, { weights: '[]' }), 'the tensor "a" belongs to no weight'],
    ['packed bytes without a description', withMetadata(gaps, { weights: '["a"]' }), 'is an ordinary tensor of U8'],
    ['a parameter that is no number', withMetadata(gaps, { weights: entry(gaps, 2, 'gaps four 100') }), 'has the layout "gaps four 100"'],
    ['gaps of 9 bits', withMetadata(gaps, { weights: entry(gaps, 2, 'gaps 9 100') }), 'its gaps have 9 bits'],
    ['gaps without parameters', withMetadata(gaps, { weights: entry(gaps, 2, 'gaps') }), 'its gaps have undefined bits'],
    ['too many gaps', withMetadata(gaps, { weights: entry(gaps, 2, 'gaps 4 4000000000') }), 'for 4000000000 numbers of 4 bits'],
    ['a shape beyond the gaps', withMetadata(gaps, { weights: entry(gaps, 1, [2 ** 20]) }), 'of 1048576'],
    [
      'a shape that no file of its size may have',
      withMetadata(gaps, { weights: entry(gaps, 1, [2 ** 30]) }),
      'would take 4294967296 bytes',
    ],
    ['a shape short of the gaps', withMetadata(gaps, { weights: entry(gaps, 1, [900]) }), 'of 900'],
    ['a shape of 2^62 values', withMetadata(gaps, { weights: entry(gaps, 1, [2 ** 31, 2 ** 31]) }), 'describes no weight'],
    ['a bitmap for another shape', withMetadata(bitmap, { weights: entry(bitmap, 1, [1009]) }), '125 bytes for 127 numbers of 8 bits'],
    ['parts that do not fill the tensor', withMetadata(bitmap, { weights: entry(bitmap, 4, 'none 124') }), 'its tensor'],
    ['metrics that are a list', withMetadata(gaps, { metrics: '[]' }), '"metrics" is not an object'],
    ['activations without a scale', withMetadata(gaps, { activations: '[["a",0,0]]' }), '"activations" has the range ["a",0,0]'],
  ];
  it.each(cases)('%s', (_, bytes, message) => {
    expect(() => readModelFile(bytes)).toThrow(expect.objectContaining({ code: 'file', message: expect.stringContaining(message) }));
  });

  it('a bitmap that marks more positions than it has values', () => {
    const tensors = new Map(readSafetensors(bitmap).tensors);
    const bytes = tensors.get('a')!.bytes.slice().fill(255, 0, 125);
    tensors.set('a', { dtype: 'U8', shape: [bytes.length], bytes });
    expect(() => readModelFile(withMetadata(bitmap, {}, tensors))).toThrow('for 4000 numbers of 8 bits');
  });
});

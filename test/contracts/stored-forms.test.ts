import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/core/random.ts';
import type { NamedWeight } from '../../src/packed/model-file.ts';
import { readModelFile } from '../../src/packed/read-model-file.ts';
import { readSafetensors } from '../../src/packed/safetensors.ts';
import { storedForms } from '../../src/packed/stored-forms.ts';
import { writeModelFile } from '../../src/packed/write-model-file.ts';

const random = new RandomStream(0);
const weight = (values: ArrayLike<number>, shape: readonly number[] = [values.length]): NamedWeight => ({
  shape,
  values: Float32Array.from(values),
});
const drawn = (shape: readonly number[], draw: (at: number) => number) =>
  weight(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => draw(at)),
    shape,
  );
const sparse = (shape: readonly number[], density: number, draw: () => number = () => random.normal()) =>
  drawn(shape, () => (random.uniform() < density ? draw() : 0));
const quantized = (shape: readonly number[], bits: 8 | 4, axis: number, density = 1): NamedWeight => {
  const scales = Float32Array.from({ length: axis < 0 ? 1 : shape[axis] }, () => 0.01 + random.uniform());
  const after = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const largest = 2 ** (bits - 1) - 1;
  const { values } = drawn(shape, (at) => {
    const number = random.uniform() < density ? Math.round((2 * random.uniform() - 1) * largest) : 0;
    return number * scales[axis < 0 ? 0 : Math.floor(at / after) % shape[axis]] + 0;
  });
  return { shape, values, quantization: { bits, scales, axis: Math.max(0, axis) } };
};

/** One column of eight is left, so that reading along the columns pays. */
const withoutColumns = (given: NamedWeight): NamedWeight => ({
  ...given,
  values: given.values.map((value, at) => (at % 8 === 0 ? value : 0)),
});

/** Weights that each form meets sooner or later. Every form must give back every bit of all that it takes. */
const weights: Readonly<Record<string, NamedWeight>> = {
  nothing: weight([]),
  'no rows': weight([], [0, 3]),
  'no columns': weight([], [3, 0]),
  scalar: weight([2.5], []),
  'one value': weight([0.1]),
  'one zero': weight([0]),
  'all zero': weight(new Float32Array(700), [7, 100]),
  'all equal': weight(new Float32Array(500).fill(-1.5), [50, 10]),
  'special values': weight([-0, Number.NaN, 1e-45, -1e-45, 3e38, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1], [3, 3]),
  'two zeros': weight([0, -0, 0, -0, -0, 0], [2, 3]),
  'halves of every size': drawn([64, 16], (at) => Math.fround((at - 512) * 2 ** ((at % 40) - 24))),
  'a huge gap, 600 columns': drawn([40, 600], (at) => (at === 3 || at === 23_998 ? 1 : 0)),
  'a value at either end': drawn([1000], (at) => (at === 0 || at === 999 ? 1 : 0)),
  'pruned to 5 %': sparse([120, 50], 0.05),
  'pruned to 40 %': sparse([3, 3, 8, 12], 0.4),
  'whole columns pruned': drawn([60, 40], (at) => (at % 8 === 0 ? random.normal() : 0)),
  'pruned in blocks': drawn([40, 30], (at) => (((at % 30) >> 2) % 3 === 0 ? random.normal() : 0)),
  shared: drawn([70, 30], () => [0.1, -0.2, 0.3, 0.7, -0.7][random.integer(5)]),
  'shared, one value': drawn([33], () => 0.1),
  'shared, 256 values': drawn([70, 30], () => Math.fround(random.integer(256) / 7)),
  'pruned and shared': sparse([120, 50], 0.1, () => [0.1, -0.2, 0.3, 0.7, -0.7][random.integer(5)]),
  binary: drawn([50, 20], () => (random.uniform() < 0.5 ? -0.3 : 0.3)),
  'binary by channel': drawn([50, 20], (at) => (random.uniform() < 0.5 ? -1 : 1) * Math.fround(0.1 + (at % 20))),
  'binary, depthwise': drawn([3, 3, 12, 2], (at) => (random.uniform() < 0.5 ? -1 : 1) * Math.fround(0.1 + ((at >> 1) % 12))),
  ternary: drawn([50, 21], () => [0, 0.3, -0.4][random.integer(3)]),
  'ternary by channel': drawn([50, 20], (at) => (random.integer(3) - 1) * Math.fround(0.1 + (at % 20)) + 0),
  'int8, one scale': quantized([40, 30], 8, -1),
  'int8 by channel': quantized([3, 3, 4, 10], 8, 3),
  'int8, depthwise': quantized([3, 3, 10, 1], 8, 2),
  'int8, pruned': quantized([100, 30], 8, 1, 0.1),
  'int4 by channel': quantized([40, 30], 4, 1),
  'int4 by channel, whole columns pruned': withoutColumns(quantized([60, 40], 4, 1)),
  'binary by channel, whole columns pruned': withoutColumns(
    drawn([60, 40], (at) => (random.uniform() < 0.5 ? -1 : 1) * Math.fround(0.1 + (at % 40))),
  ),
  'long-tailed': drawn([90, 40], () => Math.fround(Math.round(Math.exp(2 * random.normal())) / 8)),
};

/** Compared as one string each: Vitest takes long over arrays. */
const bits = ({ values }: NamedWeight) => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('latin1');

const combinations = storedForms.layouts.flatMap((layout) =>
  storedForms.numbers.flatMap((numbers) =>
    storedForms.coders.map((coder) => [layout.name, numbers.name, coder.name, { layout, numbers, coder }] as const),
  ),
);

describe.each(combinations)('%s of %s with %s', (_, __, ___, { layout, numbers, coder }) => {
  it('gives back every bit and the quantization', () => {
    const forms = { layouts: [layout], numbers: [numbers], coders: [coder] };
    const model = { topology: {}, features: {}, metrics: {}, weights: new Map(Object.entries(weights)) };
    const read = readModelFile(writeModelFile(model, forms));
    for (const [name, given] of Object.entries(weights)) {
      const got = read.weights.get(name) as NamedWeight;
      expect(got.shape, name).toEqual(given.shape);
      expect(bits(got) === bits(given), name).toBe(true);
      if (read.stored.get(name)?.form.includes('int')) expect(got.quantization, name).toEqual(given.quantization);
    }
  });
});

describe('every form', () => {
  it.each([...storedForms.layouts, ...storedForms.numbers, ...storedForms.coders].map(({ name }) => name))(
    'has a row in docs/packed-file.md: %s',
    (name) => expect(readFileSync('docs/packed-file.md', 'utf8')).toMatch(new RegExp(`^\\| \`${name}\\b`, 'm')),
  );

  const bytes = writeModelFile({ topology: {}, features: {}, metrics: {}, weights: new Map(Object.entries(weights)) }, storedForms);
  const read = readModelFile(bytes);
  const entries: unknown[][] = JSON.parse(readSafetensors(bytes).metadata.weights);
  const used = [...read.stored.values()].map(({ form }) => form).join(', ');

  it('is read along the columns where that is smaller', () => {
    expect(read.stored.get('int4 by channel, whole columns pruned')!.form).toMatch(/^(gaps|csr|blocks), int4/);
    expect(entries.find(([name]) => name === 'int4 by channel, whole columns pruned')![2]).toMatch(/ columns$/);
  });

  it.each([...storedForms.numbers, ...storedForms.coders].map(({ name }) => name).filter((name) => name !== 'none' && name !== 'ternary'))(
    'is the smallest somewhere: %s',
    (name) => expect(used).toContain(name),
  );
});

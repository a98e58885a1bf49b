import { RandomStream } from '../../../src/core/random.ts';
import type { ModelFile, NamedWeight } from '../../../src/packed/model-file.ts';
import type { StoredForms } from '../../../src/packed/stored-form.ts';
import { storedForms } from '../../../src/packed/stored-forms.ts';

const random = new RandomStream(0);
const drawn = (shape: readonly number[], draw: (at: number) => number): NamedWeight => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => draw(at)),
});
const kept = (density: number, value: () => number) => (random.uniform() < density ? value() : 0);
const shared = () => [0.1, -0.2, 0.3, 0.7, -0.7][random.integer(5)];
const wholeNumbers = (shape: readonly number[], bits: 8 | 4): NamedWeight => {
  const channels = shape[shape.length - 1];
  const scales = Float32Array.from({ length: channels }, () => 0.01 + random.uniform());
  const largest = 2 ** (bits - 1) - 1;
  const { values } = drawn(shape, (at) => Math.round((2 * random.uniform() - 1) * largest) * scales[at % channels] + 0);
  return { shape, values, quantization: { bits, scales, axis: shape.length - 1 } };
};

/** Small weights of every kind that compression leaves behind. */
const weights: Readonly<Record<string, NamedWeight>> = {
  'conv1/kernel': drawn([3, 3, 2, 8], () => kept(0.4, () => random.normal())),
  'conv1/bias': drawn([8], () => Math.round(8 * random.normal()) / 16),
  'dense1/kernel': drawn([60, 20], () => kept(0.07, shared)),
  'dense2/kernel': drawn([20, 30], (at) => (((at % 20) >> 2) % 3 === 0 ? random.normal() : 0)),
  'ternary/kernel': drawn([20, 11], (at) => (random.integer(3) - 1) * Math.fround(0.1 + (at % 11)) + 0),
  'binary/kernel': drawn([20, 10], (at) => (random.uniform() < 0.5 ? -1 : 1) * Math.fround(0.1 + (at % 10))),
  'int8/kernel': wholeNumbers([20, 10], 8),
  'int4/kernel': wholeNumbers([20, 10], 4),
  'zero/kernel': drawn([600], () => 0),
  'scalar/kernel': drawn([], () => -0),
};

/** A model of them. */
export const sampleModel: ModelFile = {
  topology: { class_name: 'Sequential', config: { name: 'net', layers: [] } },
  features: { task: 'regression', inputShape: [2] },
  metrics: { val_loss: 0.25 },
  recipe: [{ name: 'huffmanCode', options: {} }],
  activations: new Map([['conv1', { scale: 0.125, zeroPoint: 3 }]]),
  weights: new Map(Object.entries(weights)),
};

/** Forms that together make files with every layout, number format and coder. */
export const sampleForms: Readonly<Record<string, StoredForms>> = {
  all: storedForms,
  ...Object.fromEntries(
    storedForms.coders.flatMap((coder) => [
      ...storedForms.layouts.map((layout) => [`${layout.name}-${coder.name}`, { ...storedForms, layouts: [layout], coders: [coder] }]),
      ...storedForms.numbers.map((numbers) => [`${numbers.name}-${coder.name}`, { numbers: [numbers], coders: [coder] }]),
    ]),
  ),
};

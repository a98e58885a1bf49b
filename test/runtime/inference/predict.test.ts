import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/use-backend.ts';
import { loadWeightsInto } from '../../../src/checkpoint/model-weights.ts';
import { packModel } from '../../../src/compression/pack-model.ts';
import { encodeRow } from '../../../src/core/column-encoding.ts';
import { RandomStream } from '../../../src/core/random.ts';
import type { Features } from '../../../src/data/features.ts';
import { loadModel } from '../../../src/inference/load-model.ts';
import { layers } from '../../../src/layers/index.ts';
import { catalogModels } from '../../../src/models/catalog-models.ts';
import { createModel } from '../../../src/models/create-model.ts';
import { netOf } from '../compression/small-nets.ts';

import { pictures, shaken } from '../export/nets.ts';
import { flowers, prices } from './sample-features.ts';

let tensors = 0;
beforeAll(async () => void (await useBackend()));
beforeEach(() => {
  tensors = memory().numTensors;
});
afterEach(() => expect(memory().numTensors).toBe(tensors));

describe('predict', () => {
  it('applies the preprocessing and names the class', async () => {
    const model = await shaken(createModel(catalogModels[0], {}, pictures, 0));
    const engine = await loadModel(await packModel(model, { features: pictures, metrics: { val_accuracy: 0.99 } }));
    const random = new RandomStream(0);
    const pixels = Array.from({ length: 3 }, () => Uint8Array.from({ length: 784 }, () => random.integer(256)));
    const inputs = Float32Array.from(
      pixels.flatMap((one) => [...one]),
      (value) => value / 255,
    );
    const outputs = engine.compute(inputs);
    const predictions = await engine.predict(pixels);
    predictions.forEach(({ label, probability, probabilities }, i) => {
      const expected = [...outputs.subarray(i * 10, i * 10 + 10)];
      expect(Math.max(...probabilities!.map((value, c) => Math.abs(value - expected[c])))).toBeLessThan(1e-6);
      expect(probability).toBe(Math.max(...probabilities!));
      expect(label).toBe(String(probabilities!.indexOf(probability!)));
    });
    expect(engine.predictSync(pixels)).toEqual(predictions);
    expect(await engine.predict([])).toEqual([]);
    expect(engine.metrics).toEqual({ val_accuracy: 0.99 });
    model.dispose();
  });

  it('turns the scaling of the target back', async () => {
    const model = netOf(() => [layers.dense({ inputShape: [1], units: 1 })], prices);
    loadWeightsInto(model, {
      weights: new Map([
        ['dense1/kernel', { shape: [1, 1], values: Float32Array.of(2) }],
        ['dense1/bias', { shape: [1], values: Float32Array.of(1) }],
      ]),
    });
    const engine = await loadModel(await packModel(model, { features: prices }));
    expect(engine.predictSync([[3], { area: -1 }])).toEqual([
      { value: 1700, values: [1700] },
      { value: 900, values: [900] },
    ]);
    model.dispose();
  });

  it('computes what is a typed array of whole samples, and nothing else', async () => {
    const model = netOf(() => [layers.dense({ inputShape: [1], units: 1 })], prices);
    const engine = await loadModel(await packModel(model, { features: prices }));
    for (const inputs of [[1, 2], undefined, null, new DataView(new ArrayBuffer(4))]) {
      expect(() => engine.compute(inputs as never)).toThrow('compute takes the inputs as a Float32Array; got');
    }
    expect(engine.compute(new Float64Array([1, 2]) as never)).toHaveLength(2);
    model.dispose();
  });

  it('reads one sigmoid output as the probability of the second class', async () => {
    const features = { ...flowers, outputs: 1 };
    const model = netOf(() => [layers.dense({ inputShape: [4], units: 1, activation: 'sigmoid', kernelInitializer: 'zeros' })], features);
    const engine = await loadModel(await packModel(model, { features }));
    expect(engine.predictSync([[10, 'red']])).toEqual([{ label: 'daisy', probability: 0.5, probabilities: [0.5, 0.5] }]);
    model.dispose();
  });

  it('encodes table rows as the training does', async () => {
    const model = await shaken(netOf(() => [layers.dense({ inputShape: [4], units: 2, activation: 'softmax' })], flowers));
    const engine = await loadModel(await packModel(model, { features: flowers }));
    const columns = flowers.preprocessing.kind === 'columns' ? flowers.preprocessing.columns : [];
    const rows = [
      [12, 'white'],
      [undefined, 'red'],
      ['9.5', 'green'],
      [8, undefined],
      [10, 7],
    ];
    const inputs = new Float32Array(rows.length * 4);
    for (const [i, row] of rows.entries()) encodeRow(columns, (column) => row[column], inputs, i * 4);
    const expected = engine.compute(inputs);
    expect(engine.predictSync(rows).flatMap(({ probabilities }) => probabilities)).toEqual([...expected]);
    expect(engine.predictSync([{ colour: 'white', height: 12 }])).toEqual(engine.predictSync([[12, 'white']]));
    expect(engine.predictSync([{ colour: 'red' }])).toEqual(engine.predictSync([[null, 'red']]));
    model.dispose();
  });

  it('encodes what is missing, rare or new as the training does', async () => {
    const columns = [
      { name: 'height', kind: 'number', mean: 10, deviation: 2, fill: 7, indicator: true },
      { name: 'colour', kind: 'category', categories: ['red', 'white'], other: true, fill: 'white', indicator: true },
    ] as const;
    const features: Features = { ...flowers, inputShape: [6], preprocessing: { kind: 'columns', columns } };
    const model = await shaken(netOf(() => [layers.dense({ inputShape: [6], units: 2, activation: 'softmax' })], features));
    const engine = await loadModel(await packModel(model, { features }));
    const encoded = [-1.5, 1, 0, 1, 0, 1, 1, 0, 0, 0, 1, 0];
    const expected = [...engine.compute(Float32Array.from(encoded))];
    const found = engine.predictSync([[undefined, null], [12, 'blue']]); // biome-ignore format: one line
    expect(found.flatMap(({ probabilities }) => probabilities)).toEqual(expected);
    model.dispose();
  });

  describe('says what is expected instead of', () => {
    const wrong: [string, Features, unknown, string][] = [
      [
        'too few pixels',
        pictures,
        [new Uint8Array(3)],
        'Sample 0 has 3 values; this model takes 784 numbers, [height 28, width 28, channels 1] row after row.',
      ],
      [
        'a nested list',
        pictures,
        [new Uint8Array(784), [[1], [2]]],
        'Sample 1 is a list of 2 lists; this model takes 784 numbers, [height 28, width 28, channels 1] row after row. Make one list of it: sample.flat(Infinity).',
      ],
      [
        'a list of numbers, which is one sample',
        pictures,
        Array(784).fill(5),
        'Sample 0 is 5; this model takes 784 numbers, [height 28, width 28, channels 1] row after row. For a single sample: predict([sample]).',
      ],
      ['a file that was read as text', pictures, ['x'.repeat(784)], `Sample 0 is the text "${'x'.repeat(79)}...; this model takes`],
      ['whole numbers of any size', pictures, [new BigInt64Array(784)], 'Value 0 of sample 0 is 0n; it must be a number.'],
      ['a single sample', pictures, new Uint8Array(784), 'predict takes a list of samples; for a single one: predict([sample]).'],
      ['NaN', pictures, [new Float32Array(784).fill(Number.NaN, 7)], 'Value 7 of sample 0 is NaN; it must be a number.'],
      [
        'more than float32 holds',
        pictures,
        [Array(784).fill(1e300)],
        'Value 0 of sample 0 is 1e+300, more than 32 bits hold; it must be a number.',
      ],
      [
        'more than float32 holds in a row',
        flowers,
        [[1e300, 'red']],
        'height of sample 0 is 1e+300, more than 32 bits hold; it must be a number, or',
      ],
      ['a text for a pixel', pictures, [Array(784).fill('1')], 'Value 0 of sample 0 is "1"; it must be a number.'],
      ['a short row', flowers, [[1]], 'Sample 0 has 1 values; this model takes 2: height, colour.'],
      [
        'a misspelt column',
        flowers,
        [{ hieght: 1 }],
        'Sample 0 has "hieght", which is no column. Did you mean height? Columns: height, colour.',
      ],
      [
        'a text for a number',
        flowers,
        [['tall', 'red']],
        'height of sample 0 is "tall"; it must be a number, or undefined where it is missing.',
      ],
      ['an empty text', flowers, [[' ', 'red']], 'height of sample 0 is " "'],
      ['nothing', flowers, [null], 'Sample 0 is null; this model takes rows of height, colour.'],
    ];
    it.each(wrong)('%s', async (_, features, samples, message) => {
      const { inputShape, outputs: units } = features;
      const model = netOf(
        () => [layers.inputLayer({ inputShape }), ...(inputShape.length > 1 ? [layers.flatten()] : []), layers.dense({ units })],
        features,
      );
      const engine = await loadModel(await packModel(model, { features }));
      await expect(engine.predict(samples as never)).rejects.toThrow(
        expect.objectContaining({ name: 'DlError', message: expect.stringContaining(message) }),
      );
      model.dispose();
    });
  });
});

import { describe, expect, it } from 'vitest';
import { DataLoader, drawDigits, type Features, readSample, sampleAt } from '../../../src/data/index.ts';
import { pngBytes } from './images/png-bytes.ts';
import { fileWith } from './temporary-files.ts';

const house: Features = {
  task: 'regression',
  inputShape: [3],
  outputs: 1,
  outputNames: ['price'],
  preprocessing: {
    kind: 'columns',
    columns: [
      { name: 'area', kind: 'number', mean: 50, deviation: 10 },
      { name: 'kind', kind: 'category', categories: ['flat', 'villa'] },
    ],
  },
  targetScaling: { mean: 0, deviation: 1 },
};

describe('readSample for images', () => {
  it('reads a picture of a test image as the same inputs', async () => {
    const digits = drawDigits({ count: 10, seed: 1 });
    const expected = await sampleAt(new DataLoader(digits, { batchSize: 1 }), 7);
    if (expected.raw.kind !== 'image') throw new Error('not an image');
    const sample = await readSample(fileWith('seven.png', pngBytes(28, 28, 'grey', expected.raw.pixels)), digits.features);
    expect(sample.inputs).toEqual(expected.inputs);
    expect(sample.raw).toEqual(expected.raw);
    expect(sample).toMatchObject({ name: 'seven.png', notes: [] });
    expect(sample.target).toBeUndefined();
  });

  it('turns ink on paper of another size into what the model knows, and says so', async () => {
    const { features } = drawDigits({ count: 10, seed: 1 });
    const pixels = new Uint8Array(60 * 40).fill(230);
    for (let y = 10; y < 50; y++) for (let x = 18; x < 22; x++) pixels[y * 40 + x] = 30;
    const sample = await readSample(fileWith('one.png', pngBytes(40, 60, 'grey', pixels)), features);
    expect(sample.notes).toEqual(['inverted: the model knows light on dark', 'resized from 40x60 to 28x28']);
    expect(sample.inputs[0]).toBe(0);
    expect(sample.inputs[14 * 28 + 14]).toBeGreaterThan(0.8);
  });
});

describe('readSample for tables', () => {
  it.each([
    ['row.csv', 'kind,colour,area\nvilla,red,70\nflat,red,1\n', [2, 0, 1]],
    ['row.csv', 'area;kind\n45,5;flat\n', [-0.45, 1, 0]],
    ['row.json', '{ "area": 30, "kind": "villa" }', [-2, 0, 1]],
    ['row.json', '{ "area": null, "kind": "castle" }', [0, 0, 0]],
  ])('reads %s: %s', async (name, content, inputs) => {
    const sample = await readSample(fileWith(name, content), house);
    expect([...sample.inputs]).toEqual(inputs.map(Math.fround));
    expect(sample.name).toBe(name.endsWith('.json') ? name : `the first row of ${name}`);
  });

  it('keeps the raw values for showing', async () => {
    const { raw } = await readSample(fileWith('row.json', '{ "area": null, "kind": "villa" }'), house);
    expect(raw).toEqual({
      kind: 'row',
      values: [
        { column: 'area', value: undefined },
        { column: 'kind', value: 'villa' },
      ],
    });
  });

  it.each([
    ['row.csv', 'areas,kind\n1,flat\n', 'has no column "area", which the model needs. Did you mean areas?'],
    ['row.csv', 'area,kind\nlarge,flat\n', '"area" is "large", not a number.'],
    ['row.json', '{ "area": 1', 'is not JSON'],
    ['row.json', '[1, "flat"]', 'must hold one object of the form { "column": value }.'],
    ['row.json', '{ "area": [1], "kind": "flat" }', '"area" must be a number or a text.'],
  ])('refuses %s: %s', async (name, content, message) => {
    await expect(readSample(fileWith(name, content), house)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining(message),
    });
  });

  it('says that a file is not there', async () => {
    await expect(readSample('none.json', house)).rejects.toMatchObject({ code: 'missing', message: 'There is no file none.json.' });
    await expect(readSample('none.csv', house)).rejects.toMatchObject({ code: 'missing', message: 'There is no file none.csv.' });
  });
});

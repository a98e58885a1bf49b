import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../../../src/data/dataset.ts';
import type { LoadContext } from '../../../../src/data/define-dataset.ts';
import { splitPositions } from '../../../../src/data/split.ts';
import { fitTable } from '../../../../src/data/tables/fit-table.ts';
import { tableOf } from '../../../../src/data/tables/table-of.ts';

const context = (seed: number, share = 0.25): Pick<LoadContext, 'split'> => ({ split: (samples) => splitPositions(samples, share, seed) });

/** Forty rows; x of row i is i. */
function rows(change: (i: number) => object = () => ({})) {
  return Array.from({ length: 40 }, (_, i) => ({
    x: i,
    kind: i % 3 === 0 ? 'red' : 'blue',
    y: i % 2 === 0 ? 'even' : 'odd',
    ...change(i),
  }));
}

/** The raw x of a sample. */
function xAt(dataset: Dataset, index: number): number | undefined {
  const raw = dataset.raw?.(index);
  return raw?.kind === 'row' ? (raw.values[0].value as number | undefined) : undefined;
}

const classify = { target: 'y', task: 'classification' } as const;
const regress = { target: 'x', task: 'regression' } as const;

describe('fitTable', () => {
  it('standardises and one-hot codes by the training rows alone', async () => {
    const source = fitTable(tableOf('t', rows()), classify, context(0));
    const split = context(0).split(source.train);
    const xs = [...split.train].map((index) => xAt(source.train, index) as number);
    const mean = xs.reduce((sum, x) => sum + x, 0) / xs.length;
    const deviation = Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / xs.length);
    const { preprocessing, ...features } = source.train.features;
    expect(features).toEqual({ task: 'classification', inputShape: [3], outputs: 2, outputNames: ['even', 'odd'] });
    expect(preprocessing).toEqual({
      kind: 'columns',
      columns: [
        { name: 'x', kind: 'number', mean: expect.closeTo(mean, 10), deviation: expect.closeTo(deviation, 10) },
        { name: 'kind', kind: 'category', categories: ['blue', 'red'] },
      ],
    });
    const { inputs, targets } = await source.train.get([5]);
    const x = xAt(source.train, 5) as number;
    expect([...inputs]).toEqual([expect.closeTo((x - mean) / deviation, 6), x % 3 === 0 ? 0 : 1, x % 3 === 0 ? 1 : 0]);
    expect([...targets]).toEqual([x % 2]);
  });

  it('keeps the same test rows for every seed, disjoint from the training', async () => {
    const xs = async (seed: number) => {
      const source = fitTable(tableOf('t', rows()), classify, context(seed));
      const all = (dataset: Dataset) => Array.from({ length: dataset.length }, (_, i) => xAt(dataset, i) as number);
      return [all(source.train), all(await source.test())];
    };
    const [train, test] = await xs(0);
    expect((await xs(1))[1]).toEqual(test);
    expect(test.length).toBe(8);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(test.filter((x) => x % 2 === 0).length).toBe(4);
  });

  it('scales the numbers to predict by the training rows, and can be turned back', async () => {
    const source = fitTable(tableOf('t', rows()), regress, context(0));
    const { targetScaling, outputNames, outputs, inputShape } = source.train.features;
    expect({ outputNames, outputs, inputShape }).toEqual({ outputNames: ['x'], outputs: 1, inputShape: [4] });
    const { targets } = await source.train.get([0, 1]);
    expect(targets).toBeInstanceOf(Float32Array);
    expect(targets[0] * targetScaling!.deviation + targetScaling!.mean).toBeCloseTo(0, 4);
    const split = context(0).split({ length: source.train.length });
    const fitted = (await source.train.get(split.train)).targets;
    expect(Array.from(fitted).reduce((sum, value) => sum + value, 0) / fitted.length).toBeCloseTo(0, 5);
  });

  it('codes a missing value as the mean or as no category, and a constant column as 0', async () => {
    const table = tableOf(
      't',
      rows((i) => ({ x: i === 0 ? undefined : i, kind: i === 0 ? undefined : 'red', same: 7 })),
    );
    const { train, test } = fitTable(table, classify, context(0));
    const found = [...Array(train.length).keys()].find((i) => xAt(train, i) === undefined);
    const dataset = found === undefined ? await test() : train;
    const { inputs } = await dataset.get([found ?? 0]);
    expect([...inputs]).toEqual([0, 0, 0]);
  });

  it('codes a category that was not in the training rows as no category', async () => {
    const table = tableOf(
      't',
      rows((i) => ({ kind: `pair ${i >> 1}` })),
    );
    const { train, test } = fitTable(table, classify, context(0));
    const categories = train.features.inputShape[0] - 1;
    const { inputs, size } = await (await test()).get(Uint32Array.from({ length: 8 }, (_, i) => i));
    const sums = Array.from({ length: size }, (_, i) =>
      inputs.subarray(i * (categories + 1) + 1, (i + 1) * (categories + 1)).reduce((a, b) => a + b, 0),
    );
    expect(new Set(sums)).toEqual(new Set([0, 1])); // some rows have a category of the training rows, some have none
  });

  it('leaves out the columns it is told to', () => {
    const { train } = fitTable(tableOf('t', rows()), { ...classify, ignore: ['kind'] }, context(0));
    expect(train.features.inputShape).toEqual([1]);
  });

  it('takes whole numbers for classes, in ascending order', () => {
    const table = tableOf(
      't',
      rows((i) => ({ y: [10, 2, 33][i % 3] })),
    );
    expect(fitTable(table, classify, context(0)).train.features.outputNames).toEqual(['2', '10', '33']);
  });

  it.each([
    [
      'a target that is not there',
      classify,
      { target: 'yy' },
      {},
      'data.target: t has no column "yy". Did you mean y? Its columns: x, kind, y.',
    ],
    ['an ignored column that is not there', classify, { ignore: ['knd'] }, {}, 'data.ignore: t has no column "knd". Did you mean kind?'],
    ['no input column', classify, { ignore: ['x', 'kind'] }, {}, 't has no column besides the target "y".'],
    ['a single class', classify, {}, { y: 'even' }, 't: the target "y" is even in every row; at least 2 classes are needed.'],
    ['amounts as classes', classify, { target: 'x' }, { x: 1.5 }, 'not classes but a number to predict. Type: data.task=regression'],
    ['one number to predict', regress, {}, { x: 3 }, 't: the target "x" is 3 in every row; nothing can be learned.'],
    [
      'texts as numbers',
      regress,
      { target: 'kind' },
      {},
      't, row 0: the target "kind" is "red", not a number. For classes type: data.task=classification',
    ],
    ['a test share of 0', classify, { testSplit: 0 }, {}, 'data.testSplit is 0; it must be above 0 and below 1.'],
    [
      'an unknown task',
      classify,
      { task: 'ranking' as 'regression' },
      {},
      'data.task is "ranking"; it must be "classification" or "regression".',
    ],
  ])('refuses %s', (_, options, change, cells, message) => {
    const table = tableOf('t', 'x' in cells && cells.x === 1.5 ? rows((i) => ({ x: i + 0.5 })) : rows(() => cells));
    expect(() => fitTable(table, { ...options, ...change }, context(0))).toThrow(message);
  });

  it('names the line of a missing target and of a text among numbers', () => {
    const lines = Array.from({ length: 40 }, (_, i) => i + 2);
    const lost = {
      ...tableOf(
        'a.csv',
        rows((i) => ({ y: i === 7 ? undefined : 'even' })),
      ),
      lines,
    };
    expect(() => fitTable(lost, classify, context(0))).toThrow('a.csv, line 9: the target "y" is missing.');
    const mixed = {
      ...tableOf(
        'a.csv',
        rows((i) => ({ x: i === 7 ? 'many' : `${i}` })),
      ),
      lines,
    };
    expect(() => fitTable(mixed, regress, context(0))).toThrow('a.csv, line 9: the target "x" is "many", not a number.');
  });

  it('names the text among the numbers also where these have a decimal comma', () => {
    const mixed = tableOf(
      't',
      rows((i) => ({ x: i === 7 ? 'many' : `${i},5` })),
    );
    expect(() => fitTable(mixed, regress, context(0))).toThrow('t, row 7: the target "x" is "many", not a number.');
  });

  it('refuses names and ids as categories', () => {
    const table = tableOf(
      't',
      Array.from({ length: 2000 }, (_, i) => ({ id: `n${i}`, x: i, y: i % 2 })),
    );
    expect(() => fitTable(table, classify, context(0))).toThrow(
      /Column "id" has 1200 different texts in 1200 training rows; nothing can be learned .* data\.ignore=id/,
    );
  });
});

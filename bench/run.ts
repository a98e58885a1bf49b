// `npm run bench -- <suite> [words]`: runs bench/<suite>.ts, prints its table and writes bench/results/<suite>.json.
import { existsSync, readdirSync } from 'node:fs';
import { didYouMean } from '../src/core/nearest.ts';
import { Report } from './support/report.ts';

/** What bench/<suite>.ts exports as `run`. @param words what follows the name on the command line */
export type RunSuite = (report: Report, words: readonly string[]) => Promise<void>;

const folder = new URL('./', import.meta.url);
const [suite, ...words] = process.argv.slice(2);
const suites = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'run.ts')
  .map((name) => name.slice(0, -'.ts'.length));

if (suite && existsSync(new URL(`${suite}.ts`, folder)) && suite !== 'run') {
  const { run } = (await import(`./${suite}.ts`)) as { run: RunSuite };
  const report = new Report(suite);
  await run(report, words);
  report.write(new URL('results/', folder));
  console.log(`\n${report}\n\n  written to bench/results/${suite}.json`);
  if (report.rows.some((row) => row.holds === false)) process.exitCode = 1;
} else {
  const problem = suite ? `There is no suite ${suite}.${didYouMean(suite, suites)} ` : '';
  console.error(`${problem}Type: npm run bench -- <suite>. Suites: ${suites.join(', ')}.`);
  process.exitCode = 2;
}

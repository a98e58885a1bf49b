import { readFileSync, writeFileSync } from 'node:fs';
import type { SearchRow } from './planned-searches.ts';
import { readSearch } from './searches.ts';
import { quantile } from './statistics.ts';

const page = new URL('../../docs/samplers.md', import.meta.url);
const [begin, end] = ['<!-- table: npm run bench -- tuning -->', '<!-- end of table -->'];

/** Puts what was found so far into docs/samplers.md: medians of ours beside Optuna's median and quartiles. */
export function writeTable(rows: readonly SearchRow[]): void {
  const [before, rest] = readFileSync(page, 'utf8').split(begin);
  const [, after] = rest.split(end);
  const tables = [tableOf(rows.filter(({ kind }) => kind === 'function')), tableOf(rows.filter(({ kind }) => kind === 'tabular'))];
  writeFileSync(page, `${before}${begin}\n${tables.join('\n\n')}\n${end}${after}`);
}

function tableOf(rows: readonly SearchRow[]): string {
  const at = rows[0].at;
  const lines = rows.flatMap((row) => {
    const { ours, optuna } = readSearch(row);
    if (ours.length === 0 || optuna.length === 0) return [];
    const cells = row.at.map((_, i) => {
      const share = (found: readonly (readonly number[])[], q: number) =>
        digits(
          row.judge(
            quantile(
              found.map((best) => best[i]),
              q,
            ),
          ),
        );
      return `${share(ours, 0.5)} | ${share(optuna, 0.5)} (${share(optuna, 0.25)} to ${share(optuna, 0.75)})`;
    });
    return [`| ${row.task.name} | ${row.sampler} | ${cells.join(' | ')} | ${Math.min(ours.length, optuna.length)} |`];
  });
  const titles = at.map((trials) => `${trials} trials | Optuna`);
  return [
    `| ${rows[0].metric} | sampler | ${titles.join(' | ')} | seeds |`,
    `| --- | --- | ${'---: | ---: | '.repeat(at.length)}---: |`,
    ...lines,
  ].join('\n');
}

function digits(value: number): string {
  if (Math.abs(value) < 1e-12) return '0';
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
}

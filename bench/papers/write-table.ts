import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { PaperRow } from './paper-row.ts';
import { estimate, reaches, readSeeds } from './seed-results.ts';

const page = new URL('../../docs/papers.md', import.meta.url);
const [begin, end] = ['<!-- table: npm run bench -- papers -->', '<!-- end of table -->'];

/** Puts the table of every row that was measured into docs/papers.md. */
export function writeTable(rows: readonly PaperRow[]): void {
  if (!existsSync(page)) return;
  const text = readFileSync(page, 'utf8');
  const [before, rest] = text.split(begin);
  const [, after] = rest.split(end);
  writeFileSync(page, `${before}${begin}\n${paperTable(rows)}\n${end}${after}`);
}

function paperTable(rows: readonly PaperRow[]): string {
  const lines = rows.flatMap((row) => {
    const results = readSeeds(row);
    if (results.length === 0) return [];
    return row.targets.map((target, i) => {
      const one = estimate(results, target.figure);
      const bar = target.atMost === undefined ? `>= ${target.atLeast}` : `<= ${target.atMost}`;
      const ours = Number.isNaN(one.margin) ? digits(one.mean) : `${digits(one.mean)} ± ${digits(one.margin)}`;
      const first = i === 0 ? [row.name, row.paper, String(one.seeds), String(row.triedOnValidation)] : ['', '', '', ''];
      return `| ${[...first.slice(0, 2), target.figure, ours, bar, reaches(one, target) ? 'yes' : 'no', ...first.slice(2)].join(' | ')} |`;
    });
  });
  return [
    '| row | the paper | figure | ours, mean ± 95 % interval | to reach | holds | seeds | settings tried on validation |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function digits(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : String(Number(value.toPrecision(2)));
}

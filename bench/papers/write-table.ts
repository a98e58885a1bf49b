import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { PaperRow, Target } from './paper-row.ts';
import { type Estimate, estimate, reaches, readSeeds } from './seed-results.ts';

const docs = new URL('../../docs/', import.meta.url);
/** What the papers' rows ask for. */
const fewestSeeds = 5;
const [begin, end] = ['<!-- table: npm run bench -- papers -->', '<!-- end of table -->'];

/** Puts the tables of every row that was measured into the docs: all rows into papers.md, what papers say by layer into deep-compression.md. */
export function writeTable(rows: readonly PaperRow[]): void {
  putTable('papers.md', paperTable(rows));
  putTable('deep-compression.md', layerTable(rows));
}

function putTable(page: string, table: string): void {
  const path = new URL(page, docs);
  if (!existsSync(path)) return;
  const [before, rest] = readFileSync(path, 'utf8').split(begin);
  const [, after] = rest.split(end);
  writeFileSync(path, `${before}${begin}\n${table}\n${end}${after}`);
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
      return `| ${[...first.slice(0, 2), target.figure, ours, bar, verdict(one, target), ...first.slice(2)].join(' | ')} |`;
    });
  });
  return [
    '| row | the paper | figure | ours, mean ± 95 % interval | to reach | holds | seeds | settings tried on validation |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

/** One or two seeds prove nothing, unless all give the same. */
function verdict(one: Estimate, target: Target): string {
  if (!reaches(one, target)) return 'no';
  return one.seeds >= fewestSeeds || one.margin === 0 ? 'yes' : `so far, ${fewestSeeds} seeds are needed`;
}

/** One line per row and layer: what stays of its weights and of its bytes. */
function layerTable(rows: readonly PaperRow[]): string {
  const lines = rows.flatMap((row) => {
    const results = readSeeds(row);
    const { paperLayers = {} } = row;
    if (results.length === 0) return [];
    const layers = new Set(Object.keys(paperLayers).map((figure) => figure.split(', ')[0]));
    return Array.from(layers, (layer, i) => {
      const cells = ['% kept', '% of its bytes'].flatMap((what) => {
        const figure = `${layer}, ${what}`;
        return figure in paperLayers ? [digits(paperLayers[figure]), digits(estimate(results, figure).mean)] : ['', ''];
      });
      return `| ${[i === 0 ? row.name : '', layer, ...cells].join(' | ')} |`;
    });
  });
  return [
    '| row | layer | weights kept, %: the paper | ours | bytes left, % of float32: the paper | ours |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function digits(value: number): string {
  if (Math.abs(value) < 1e-9) return '0'; // what rounding leaves of equal values
  return Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : String(Number(value.toPrecision(3)));
}

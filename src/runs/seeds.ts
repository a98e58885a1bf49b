import { DlError } from '../core/errors.ts';
import { formatLog } from '../core/format.ts';
import { textTable } from '../core/text-table.ts';
import type { RunRecord } from './run-record.ts';

/** @throws DlError `usage` for a number of seeds that is no whole number above 0 */
export function checkSeeds(seeds = 1): number {
  if (Number.isInteger(seeds) && seeds >= 1) return seeds;
  throw new DlError('usage', `seeds must be a whole number of at least 1, not ${seeds}. Type: seeds=5`);
}

/** Mean and sample deviation (of n - 1). */
export function meanAndDeviation(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : Number.NaN };
}

/** The run whose best epoch is the best of all by what was monitored; undefined where that is not known. */
export function bestOf(runs: readonly RunRecord[]): RunRecord | undefined {
  const value = ({ monitored }: RunRecord) => (monitored ? monitored.value * (monitored.higherIsBetter ? -1 : 1) : Number.NaN);
  return runs.filter((run) => Number.isFinite(value(run))).sort((a, b) => value(a) - value(b))[0];
}

/** A line per number of the results: mean, deviation, lowest and highest over the seeds; then which run is the best. */
export function describeSeeds(runs: readonly RunRecord[]): string {
  if (runs.length === 0) return '  No seed gave a result.';
  const keys = Object.keys(runs[0].result ?? {});
  const rows = keys.map((key) => {
    const values = runs.map(({ result }) => result?.[key] ?? Number.NaN);
    const { mean, deviation } = meanAndDeviation(values);
    const shown = [mean, deviation, Math.min(...values), Math.max(...values)];
    return [key, ...shown.map((value) => (Number.isNaN(value) ? '-' : formatLog(key, value)))];
  });
  const titles = ['mean', 'deviation', 'lowest', 'highest'].map((title) => ({ title }));
  const table = textTable([{ title: `${runs.length} seeds`, align: 'left' }, ...titles], rows);
  const best = bestOf(runs);
  if (!best?.monitored) return table;
  const { key, value } = best.monitored;
  return `${table}\n\n  The best by ${key}: seed ${best.seed}, ${formatLog(key, value)}, run ${best.id}. The other scripts take that one.`;
}

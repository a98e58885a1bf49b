// Samplers beside Optuna's (`npm run bench -- tuning [task or sampler ...] [seeds=30]`), tables of trained nets (`tabular`), the time
// of a suggestion (`suggest-time`), of two trainings at a time (`workers`), and the memory of a study (`memory`). Searches that were made are kept in bench/results/tuning/ and not made again.
import { didYouMean } from '../src/core/nearest.ts';
import type { Report } from './support/report.ts';
import { memoryGrowth } from './tuning/memory-growth.ts';
import { plannedSearches, type SearchRow } from './tuning/planned-searches.ts';
import { readSearch, search } from './tuning/searches.ts';
import { mannWhitney, quantile } from './tuning/statistics.ts';
import { suggestTime } from './tuning/suggest-time.ts';
import { workerSpeed } from './tuning/worker-speed.ts';
import { writeTable } from './tuning/write-table.ts';

export async function run(report: Report, words: readonly string[]): Promise<void> {
  const names = words.filter((word) => !word.includes('='));
  const seeds = Number(words.find((word) => word.startsWith('seeds='))?.slice('seeds='.length) ?? 30);
  const rows = plannedSearches(seeds);
  const known = [...new Set(rows.flatMap(({ kind, task, sampler }) => [kind, task.name, sampler])), 'suggest-time', 'workers', 'memory'];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is nothing called ${unknown}.${didYouMean(unknown, known)} Known: ${known.join(', ')}.`);
  const isWanted = (...called: string[]) => names.length === 0 || called.some((name) => names.includes(name));

  for (const row of rows) {
    if (!isWanted(row.kind, row.task.name, row.sampler)) continue;
    const result = await search(row);
    for (const [i, trials] of row.at.entries()) {
      const of = (found: readonly (readonly number[])[]) => found.map((best) => row.judge(best[i]));
      const upper = quantile(of(result.optuna), 0.75);
      report.add({
        case: `${row.task.name}, ${row.sampler}, ${trials} trials`,
        metric: `${row.metric}, median of ${row.seeds} seeds`,
        ours: quantile(of(result.ours), 0.5),
        peer: { name: "Optuna's upper quartile", value: upper },
        higherIsBetter: false,
        target: row.sampler === 'quasi-random' ? undefined : upper, // beside it only to be looked at: like chance, it does not learn
      });
      if (row.sampler === 'tpe' && row.kind === 'function' && trials >= 50) addAgainstRandom(report, row, i, of(result.ours));
    }
  }
  if (isWanted('suggest-time')) {
    const { ours, optuna } = await suggestTime(1000);
    report.add({
      case: 'suggest-time, tpe, 1000 trials x 10 parameters',
      metric: 'ms',
      ours,
      peer: { name: 'Optuna', value: optuna },
      higherIsBetter: false,
      targetRatio: 1,
    });
  }
  if (isWanted('workers')) {
    const { one, two, title } = workerSpeed(4);
    report.add({
      case: `two trainings at a time, one thread each (${title})`,
      metric: 'trials per minute',
      ours: two,
      peer: { name: 'one at a time', value: one },
      higherIsBetter: true,
      targetRatio: 1.8,
    });
  }
  if (isWanted('memory')) {
    report.add({
      case: 'the process that leads a study, over 200 trials',
      metric: 'memory, % more',
      ours: await memoryGrowth(200),
      higherIsBetter: false,
      target: 5,
    });
  }
  writeTable(rows);
}

/** Whether TPE is better than chance, or could be so by chance. */
function addAgainstRandom(report: Report, row: SearchRow, i: number, ours: readonly number[]): void {
  const random = readSearch({ ...row, sampler: 'random' }).ours.map((best) => row.judge(best[i]));
  if (random.length < row.seeds) return;
  report.add({
    case: `${row.task.name}, ${row.sampler}, ${row.at[i]} trials`,
    metric: 'p that it is no better than random (Mann-Whitney, one-sided)',
    ours: mannWhitney(ours, random),
    higherIsBetter: false,
    target: 0.05,
  });
}

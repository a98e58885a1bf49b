import { formatDuration, formatLog } from '../core/format.ts';
import { textTable } from '../core/text-table.ts';
import type { RunRecord } from '../runs/run-record.ts';
import { bestOf, meanAndDeviation } from '../runs/seeds.ts';

/** What `npm run runs` prints: a line per run, newest first, and a line per setting that was trained with several seeds. */
export function describeRuns(runs: readonly RunRecord[]): string {
  const parts = [runTable(runs)];
  const groups = groupBySettings(runs).filter((group) => group.length > 1);
  if (groups.length > 0) parts.push(groupTable(groups));
  return parts.join('\n\n');
}

function runTable(runs: readonly RunRecord[]): string {
  const rows = runs.map((run) => {
    const { id, kind, status, config, seed, bestEpoch, start, end } = run;
    const time = end ? formatDuration(Date.parse(end) - Date.parse(start)) : '';
    const epochs = `${bestEpoch === undefined ? '-' : bestEpoch + 1} of ${config.training.epochs}`;
    return [id, kind === 'train' ? status : `${kind}, ${status}`, config.model.name, String(seed), epochs, time, mainResult(run)];
  });
  const left = (title: string) => ({ title, align: 'left' as const });
  const titles = [
    left('run'),
    left('status'),
    left('model'),
    { title: 'seed' },
    { title: 'best epoch' },
    { title: 'time' },
    left('result'),
  ];
  return textTable(titles, rows);
}

/** `val_accuracy 98.9 %`: the first validation metric, else what was monitored. */
function mainResult({ result = {}, config: { training } }: RunRecord): string {
  const key = mainKey({ result, training });
  return key === undefined ? '' : `${key} ${formatLog(key, result[key])}`;
}

function mainKey({ result, training }: { result: Readonly<Record<string, number>>; training: RunRecord['config']['training'] }) {
  return [...training.metrics.map(({ name }) => `val_${name}`), training.monitor].find((key) => Number.isFinite(result[key]));
}

/** Finished trainings with equal settings but the seed. */
function groupBySettings(runs: readonly RunRecord[]): RunRecord[][] {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    if (run.kind !== 'train' || run.status !== 'finished') continue;
    const key = JSON.stringify({ ...run.config, seed: 0 });
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()];
}

function groupTable(groups: readonly RunRecord[][]): string {
  const rows = groups.map((group) => {
    const [{ config, result = {} }] = group;
    const key = mainKey({ result, training: config.training }) ?? config.training.monitor;
    const { mean, deviation } = meanAndDeviation(group.map((run) => run.result?.[key] ?? Number.NaN));
    const seeds = group.map((run) => run.seed).sort((a, b) => a - b).join(', '); // biome-ignore format: one line
    return [config.model.name, seeds, key, formatLog(key, mean), formatLog(key, deviation), bestOf(group)?.id ?? ''];
  });
  const left = (title: string) => ({ title, align: 'left' as const });
  return textTable(
    [left('equal but for seeds'), left('seeds'), left('result'), { title: 'mean' }, { title: 'deviation' }, left('best')],
    rows,
  );
}

import { metricNamesOf } from './metric-names.ts';
import type { FrozenStudy, FrozenTrial } from './storage/study-storage.ts';
import { csvOf } from './trial-table.ts';

/** All trials of a study for a spreadsheet, with the columns of Optuna's `trials_dataframe`, without those of system attributes. */
export function trialsFrameAsCsv(study: FrozenStudy): string {
  const { trials, directions } = study;
  const params = namesIn(trials, ({ params }) => params);
  const attributes = namesIn(trials, ({ userAttributes }) => userAttributes);
  const names = metricNamesOf(study);
  const values = directions.length === 1 ? [names ? `value_${names[0]}` : 'value'] : directions.map((_, i) => `values_${names?.[i] ?? i}`);
  const columns = [
    ...['number', ...values, 'datetime_start', 'datetime_complete', 'duration'],
    ...params.map((name) => `params_${name}`),
    ...attributes.map((name) => `user_attrs_${name}`),
    'state',
  ];
  const rows = trials.map((trial) => {
    const { start, complete } = trial;
    const seconds = start && complete ? (complete.getTime() - start.getTime()) / 1000 : '';
    return [
      ...[trial.number, ...values.map((_, i) => trial.values?.[i] ?? '')],
      ...[start?.toISOString() ?? '', complete?.toISOString() ?? '', seconds],
      ...params.map((name) => trial.params[name] ?? ''),
      ...attributes.map((name) => cellOf(trial.userAttributes[name])),
      trial.state.toUpperCase(),
    ];
  });
  return csvOf([columns, ...rows]);
}

function namesIn(trials: readonly FrozenTrial[], of: (trial: FrozenTrial) => object): string[] {
  return [...new Set(trials.flatMap((trial) => Object.keys(of(trial))))].sort();
}

function cellOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? '');
}

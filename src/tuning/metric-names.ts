import type { FrozenStudy } from './storage/study-storage.ts';

/** Under which key Optuna's `set_metric_names` keeps them. */
export const metricNamesKey = 'study:metric_names';

/** What the values of a study's trials are called, one for each direction; undefined where nobody has named them. */
export function metricNamesOf({ directions, systemAttributes }: FrozenStudy): readonly string[] | undefined {
  const names = systemAttributes[metricNamesKey];
  return Array.isArray(names) && names.length === directions.length ? names.map(String) : undefined;
}

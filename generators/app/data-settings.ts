import type { DatasetEntry, Task } from '../../src/catalog.ts';

/**
 * The settings of a dataset that config.ts shows: for data read from files where they are, and what is to be learnt
 * from a table. What the command line said comes before the defaults.
 */
export function dataSettings(dataset: DatasetEntry, task: Task, options: Readonly<Record<string, string>>): Record<string, string> {
  const { folder, file, target } = dataset.defaults as Record<string, string>;
  if (dataset.reads === 'csv') return { file, target, ...options, task: task === 'predict-number' ? 'regression' : 'classification' };
  return dataset.reads ? { folder, ...options } : {};
}

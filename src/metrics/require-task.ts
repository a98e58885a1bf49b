import { DlError } from '../core/errors.ts';
import type { Features } from '../data/features.ts';

/** @throws DlError `config` where a metric cannot judge what the data asks for */
export function requireTask(metric: string, task: Features['task'], features: Features): void {
  if (features.task === task) return;
  throw new DlError(
    'config',
    task === 'classification'
      ? `training.metrics: ${metric} judges classes, but this data has numbers to predict. Use meanAbsoluteError, rootMeanSquaredError or r2.`
      : `training.metrics: ${metric} judges predicted numbers, but this data has classes. Use accuracy, f1Score, precision or recall.`,
  );
}

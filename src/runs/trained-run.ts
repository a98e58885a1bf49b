import type { ProjectParts } from '../config/config-types.ts';
import { type Overrides, type ResolvedConfig, type ResolveOptions, resolveConfig } from '../config/resolve-config.ts';
import { showKey, showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { formatLog } from '../core/format.ts';
import { type FoundRun, shownFolder } from './find-run.ts';
import { readRunConfig } from './read-run-config.ts';
import type { RunRecord } from './run-record.ts';
import { scriptCommand } from './script-command.ts';

/**
 * The config a finished training was started with, changed by what is typed now.
 * @throws DlError `refused` for a change of what the trained weights came from; `missing` where config.json is gone
 */
export function resolveTrainedConfig<P extends ProjectParts>(
  parts: P,
  root: string,
  found: FoundRun,
  overrides: Overrides,
  options: Omit<ResolveOptions, 'source'>,
): ResolvedConfig<P> {
  refuseFixedSettings(overrides);
  const { config, source } = readRunConfig(root, found);
  return resolveConfig(parts, config, overrides, { ...options, source });
}

/** What chooses the samples that validate: chosen anew, some would be among those that trained the model. */
const splitSettings = [
  'seed',
  'data.validationSplit',
  'data.folds',
  'data.fold',
  'data.stratifyFolds',
  'data.shuffleFolds',
  'data.foldSeed',
];

/** What a new training may take its settings from. */
const settingSources = ['experiment', 'from-study', 'from-run'];

function refuseFixedSettings(overrides: Overrides): void {
  const isOfModel = (key: string) => key === 'model' || key.startsWith('model.');
  const isFixed = (key: string) => isOfModel(key) || splitSettings.includes(key) || settingSources.includes(key);
  const change = overrides.find(([key]) => isFixed(key));
  if (!change) return;
  const [key, value] = change;
  if (settingSources.includes(key)) {
    const train = scriptCommand('train', `${key}=${value}`);
    throw new DlError('refused', `${key} is for a new training: this one has its settings. Train another one: ${train}`);
  }
  const why = isOfModel(key) ? 'the model is trained as it is' : 'samples that trained the model would judge it';
  const typed = `${key}=${typeof value === 'string' ? value : showValue(value)}`;
  throw new DlError('refused', `${showKey(key)} cannot be changed any more: ${why}. Train another one: ${scriptCommand('train', typed)}`);
}

/** `runs/lenet5/2026-11-23-0915-k3f7, epoch 3, val_accuracy 98.9 %` */
export function describeTrainedRun(root: string, { folder, record }: FoundRun): string {
  const epoch = record.bestEpoch === undefined ? [] : [`epoch ${record.bestEpoch + 1}`];
  return [shownFolder(root, folder), ...epoch, ...describeResult(record)].join(', ');
}

/** The log that says most: the first validation metric, else what was monitored. */
function describeResult({ result = {}, config }: RunRecord): string[] {
  const { metrics, monitor } = config.training;
  const keys = [...metrics.map((metric) => `val_${metric.name}`), monitor];
  const key = keys.find((one) => Number.isFinite(result[one]));
  if (key === undefined) return [];
  return [`${key} ${formatLog(key, result[key])}`];
}

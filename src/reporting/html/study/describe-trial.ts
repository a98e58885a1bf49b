import { formatDuration } from '../../../core/format.ts';
import type { FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import type { StudyView } from './study-view.ts';
import { showChoice } from './text-axis.ts';

/** A trial in one line: `trial 12: val_accuracy 97.3 %; data.batchSize 64`. Trials count from 1, as on the screen. */
export function describeTrial({ objectives }: StudyView, { number, values, params }: FrozenTrial): string {
  const results = values ? objectives.map(({ name, format }, i) => `${name} ${format(values[i])}`) : [];
  const settings = Object.entries(params).map(([key, value]) => `${key} ${showChoice(value)}`);
  return `trial ${number + 1}: ${[results.join(', '), ...settings].filter(Boolean).join('; ')}`;
}

/** How long it took; nothing while it runs. */
export function trialDuration({ start, complete }: FrozenTrial): string {
  return start && complete ? formatDuration(complete.getTime() - start.getTime()) : '';
}

/** What is to be said beside its result: that it ended early, failed and why, or breaks a limit. */
export function trialRemark({ state, userAttributes: { cause, sameAs }, constraints }: FrozenTrial): string {
  if (state === 'fail') return `failed: ${String(cause ?? 'no cause kept')}`;
  if (state === 'pruned') return 'ended early';
  if (state !== 'complete') return state;
  const broken = Object.entries(constraints).filter(([, value]) => value > 0);
  if (broken.length > 0) return `breaks ${broken.map(([name]) => name).join(', ')}`;
  return typeof sameAs === 'number' ? `as trial ${sameAs + 1}` : '';
}

/** Whether it keeps every limit. */
export function isFeasible({ constraints }: FrozenTrial): boolean {
  return Object.values(constraints).every((value) => value <= 0);
}

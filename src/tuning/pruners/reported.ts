import type { Direction, FrozenTrial } from '../storage/study-storage.ts';

/** The steps that a trial has reported, ascending. */
export function reportedSteps({ intermediateValues }: FrozenTrial): number[] {
  return Object.keys(intermediateValues)
    .map(Number)
    .sort((a, b) => a - b);
}

/** The best of some values, without regard to NaN; NaN where there is nothing else. */
export function bestValue(values: readonly number[], direction: Direction): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) return Number.NaN;
  return direction === 'maximize' ? Math.max(...numbers) : Math.min(...numbers);
}

/** When a pruner looks at a trial; steps count as they are reported. */
export interface PruningSteps {
  /** Nothing is pruned before this step. @default 0 */
  readonly nWarmupSteps?: number;
  /** It looks at the first report of every so many steps. @default 1 */
  readonly intervalSteps?: number;
}

/** Whether the last report is the first one of its interval. */
export function isPruningStep(steps: readonly number[], { nWarmupSteps = 0, intervalSteps = 1 }: PruningSteps): boolean {
  const step = steps.at(-1);
  if (step === undefined || step < nWarmupSteps) return false;
  const start = Math.floor((step - nWarmupSteps) / intervalSteps) * intervalSteps + nWarmupSteps;
  return (steps.at(-2) ?? -1) < start;
}

import { type Distribution, distributionToJson, onlyValue } from './distribution.ts';
import { gridDensity } from './importance/grid-density.ts';
import { bestOfMany } from './samplers/tpe/best-of-many.ts';
import type { FrozenStudy, FrozenTrial } from './storage/study-storage.ts';

/** Complete trials from which on importances say something. */
export const leastTrials = 10;

export interface ImportanceOptions {
  /** What to judge trials by instead of their value; lower is better. @default the value, or the Pareto front of several */
  readonly target?: (trial: FrozenTrial) => number;
  /** Which share of the trials are the good ones. @default 0.1 */
  readonly targetQuantile?: number;
  /** The importances sum to 1. @default true */
  readonly normalize?: boolean;
}

/**
 * How much each parameter decides whether a trial is among the best: how far its values in the best trials differ from those in
 * all trials. Conditional parameters are judged among the trials that had them.
 *
 * PED-ANOVA: Watanabe, Bansal and Hutter 2023; conditional parameters as in Optuna 5.0.
 * @returns by parameter, the most important first; all alike where there is too little to tell
 */
export function paramImportances(
  { directions, trials }: Pick<FrozenStudy, 'directions' | 'trials'>,
  { target, targetQuantile = 0.1, normalize = true }: ImportanceOptions = {},
): Record<string, number> {
  const complete = trials.filter(({ state }) => state === 'complete');
  const names = [...new Set(complete.flatMap(({ distributions }) => Object.keys(distributions)))];
  const region = complete.filter((trial) => (target ? [target(trial)] : (trial.values ?? [Number.NaN])).every(Number.isFinite));
  const best = bestTrials(region, directions, targetQuantile, target);
  const importances = names.map((name): [string, number] => [name, region.length < 2 ? 0 : importanceOf(name, region, new Set(best))]);
  const total = importances.reduce((sum, [, importance]) => sum + importance, 0);
  const share = (importance: number) => (!normalize ? importance : total === 0 ? 1 / names.length : importance / total);
  return Object.fromEntries(importances.sort(([, a], [, b]) => b - a).map(([name, importance]) => [name, share(importance)]));
}

/** The best share of the trials, and those that are as good as the last of them. */
function bestTrials(
  trials: readonly FrozenTrial[],
  directions: FrozenStudy['directions'],
  share: number,
  target: ImportanceOptions['target'],
): readonly FrozenTrial[] {
  const count = Math.ceil(share * trials.length);
  if (directions.length > 1 && !target) return bestOfMany(trials, directions, count);
  const sign = directions[0] === 'maximize' ? -1 : 1;
  const loss = target ?? (({ value }: FrozenTrial) => sign * value!);
  const worst = trials.map(loss).sort((a, b) => a - b)[count - 1];
  return trials.filter((trial) => loss(trial) <= worst);
}

function importanceOf(name: string, region: readonly FrozenTrial[], best: ReadonlySet<FrozenTrial>): number {
  const regimes = new Map<string, FrozenTrial[]>();
  for (const trial of region) {
    const distribution = trial.distributions[name];
    if (!distribution || onlyValue(distribution) !== undefined) continue;
    const key = distributionToJson(distribution);
    regimes.set(key, [...(regimes.get(key) ?? []), trial]);
  }
  let sum = 0;
  for (const regime of regimes.values()) {
    const bestOfRegime = regime.filter((trial) => best.has(trial));
    if (regime.length < 2 || bestOfRegime.length === 0) continue;
    const [bestShare, share] = [bestOfRegime.length / best.size, regime.length / region.length];
    sum += (bestShare ** 2 / share) * divergence(name, regime[0].distributions[name], bestOfRegime, regime);
  }
  return sum * (best.size / region.length) ** 2;
}

/** Pearson's divergence of the best trials' values from those of all. */
function divergence(name: string, distribution: Distribution, best: readonly FrozenTrial[], all: readonly FrozenTrial[]): number {
  const density = (trials: readonly FrozenTrial[]) =>
    gridDensity(
      distribution,
      trials.map(({ params }) => params[name]),
    ).map((value) => value + 1e-12);
  const ofBest = density(best);
  return density(all).reduce((sum, value, place) => sum + value * (ofBest[place] / value - 1) ** 2, 0);
}

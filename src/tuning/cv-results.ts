import { settingsOf } from './search-space-of.ts';
import type { Direction, FrozenTrial } from './storage/study-storage.ts';
import type { ProjectStudy } from './study-definition.ts';
import { csvOf } from './trial-table.ts';
import type { FoldResult } from './workers/trial-job.ts';

/** The scores of a candidate over the folds, and its place among the others. */
export interface CandidateScore {
  /** NaN where a fold has none. */
  readonly mean: number;
  /** Of the folds, not of a sample of them: scikit-learn's, divided by their number. */
  readonly std: number;
  /** From 1 on; equal means share the best of their places. One without a mean comes last. */
  readonly rank: number;
}

/** Mean, deviation and rank as scikit-learn's `cv_results_` has them. @param scores per candidate one for each fold */
export function rankCandidates(scores: readonly (readonly number[])[], direction: Direction = 'maximize'): CandidateScore[] {
  const means = scores.map(meanOf);
  const losses = means.map((mean) => (Number.isNaN(mean) ? Number.POSITIVE_INFINITY : direction === 'maximize' ? -mean : mean));
  return scores.map((folds, i) => ({
    mean: means[i],
    std: Math.sqrt(meanOf(folds.map((score) => (score - means[i]) ** 2))),
    rank: 1 + losses.filter((loss) => loss < losses[i]).length,
  }));
}

/** The trials of a cross-validated study as scikit-learn's `cv_results_`, a row for each combination in the order in which they began. */
export function cvResultsAsCsv({ space, cv }: ProjectStudy, trials: readonly FrozenTrial[], direction: Direction): string {
  const keys = Object.keys(space);
  const splits = Array.from({ length: cv?.folds ?? 0 }, (_, fold) => fold);
  const candidates = trials.filter(({ state, userAttributes }) => state === 'complete' && Array.isArray(userAttributes.folds));
  const folds = candidates.map(({ userAttributes }) => userAttributes.folds as readonly FoldResult[]);
  const ranks = rankCandidates(
    folds.map((results) => splits.map((split) => results[split]?.score ?? Number.NaN)),
    direction,
  );
  const columns = [
    ...['mean_fit_time', 'std_fit_time', 'mean_score_time', 'std_score_time'],
    ...keys.map((key) => `param_${key}`),
    'params',
    ...splits.map((split) => `split${split}_test_score`),
    ...['mean_test_score', 'std_test_score', 'rank_test_score'],
  ];
  const rows = candidates.map((trial, i) => {
    const settings = settingsOf(space, trial.params);
    const [fit, judging] = rankCandidates([
      folds[i].map(({ seconds, scoreSeconds = 0 }) => seconds - scoreSeconds),
      folds[i].map(({ scoreSeconds }) => scoreSeconds ?? Number.NaN),
    ]);
    const times = [fit.mean, fit.std, judging.mean, judging.std].map((time) => (Number.isNaN(time) ? '' : time.toFixed(4)));
    const { mean, std, rank } = ranks[i];
    const shown = keys.map((key) => (typeof settings[key] === 'string' ? settings[key] : JSON.stringify(settings[key])));
    const scores = splits.map((split) => folds[i][split]?.score);
    return [...times, ...shown, JSON.stringify(settings), ...scores, mean, std, rank];
  });
  return csvOf([columns, ...rows]);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

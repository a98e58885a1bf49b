import { formatLog } from '../../../core/format.ts';
import { bestOf, paretoFront } from '../../../tuning/best-trials.ts';
import { leastTrials, paramImportances } from '../../../tuning/importance.ts';
import { metricNamesOf } from '../../../tuning/metric-names.ts';
import type { Direction, FrozenStudy, FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import { fingerprintKey, type StudyFingerprint } from '../../../tuning/study-fingerprint.ts';
import { formatTick, tickFormat } from '../format-tick.ts';

/** One of the values that trials are judged by. */
export interface Objective {
  /** `val_accuracy`; `value` where the study does not say. */
  readonly name: string;
  readonly direction: Direction;
  readonly format: (value: number) => string;
  /** The same for round values on an axis. */
  readonly formatTick: (value: number) => string;
}

/** A study as its report shows it. */
export interface StudyView {
  readonly study: FrozenStudy;
  readonly objectives: readonly Objective[];
  /** The trials with results that can be drawn: complete, and finite in every value. */
  readonly complete: readonly FrozenTrial[];
  /** The best trial; of several directions the Pareto front. */
  readonly best: readonly FrozenTrial[];
  /** The best tenth of the complete ones, `best` included; of several directions the front. */
  readonly good: ReadonlySet<FrozenTrial>;
  /** Every setting that some trial had, the most important first. */
  readonly settings: readonly string[];
  /** By setting; undefined where there are too few trials to tell. */
  readonly importances: Readonly<Record<string, number>> | undefined;
  /** What `dl-project` keeps of a study; Optuna's have none. */
  readonly fingerprint: StudyFingerprint | undefined;
}

/** Prepares a study for its report. */
export function viewStudy(study: FrozenStudy): StudyView {
  const { trials, directions } = study;
  const complete = trials.filter(({ state, values }) => state === 'complete' && values?.every(Number.isFinite));
  const single = bestOf(complete, directions[0]);
  const best = directions.length > 1 ? paretoFront(complete, directions) : single ? [single] : [];
  const importances = complete.length < leastTrials ? undefined : paramImportances(study);
  const names = new Set([...Object.keys(importances ?? {}), ...trials.flatMap(({ params }) => Object.keys(params))]);
  const fingerprint = study.userAttributes[fingerprintKey] as StudyFingerprint | undefined;
  return {
    study,
    objectives: objectivesOf(study, fingerprint),
    complete,
    best,
    good: directions.length > 1 ? new Set(best) : bestTenth(complete, best, directions[0]),
    settings: [...names],
    importances,
    fingerprint,
  };
}

function objectivesOf(study: FrozenStudy, fingerprint: StudyFingerprint | undefined): Objective[] {
  const { directions } = study;
  const names = metricNamesOf(study);
  return directions.map((direction, i) => {
    const name = fingerprint?.scoring ?? names?.[i] ?? (directions.length > 1 ? `value ${i + 1}` : 'value');
    const known = fingerprint !== undefined;
    return {
      name,
      direction,
      format: known ? (value) => formatLog(name, value) : shortNumber,
      formatTick: known ? tickFormat(name) : formatTick,
    };
  });
}

function bestTenth(complete: readonly FrozenTrial[], best: readonly FrozenTrial[], direction: Direction): Set<FrozenTrial> {
  const sign = direction === 'maximize' ? -1 : 1;
  const sorted = complete.filter((trial) => bestOf([trial], direction)).sort((a, b) => sign * (a.value! - b.value!));
  return new Set([...best, ...sorted.slice(0, Math.ceil(sorted.length / 10))]);
}

/** Six digits, as they are typed. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

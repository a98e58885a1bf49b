import { formatLog } from '../core/format.ts';
import { bestOf } from './best-trials.ts';
import type { ProjectStudy } from './grid-search.ts';
import { valuesOf } from './plan-trials.ts';
import type { Direction, FrozenTrial } from './storage/study-storage.ts';

type Definition = Pick<ProjectStudy, 'space' | 'scoring'>;

/** The trials of a study for a terminal, a row at a time: columns are as wide as the widest value that can come. */
export class TrialTable {
  readonly #definition: Definition;
  readonly #widths: readonly number[];

  constructor(definition: Definition) {
    this.#definition = definition;
    const { space, scoring } = definition;
    const params = Object.entries(space).map(([key, values]) => Math.max(key.length, ...values.map((value) => show(value).length)));
    this.#widths = ['trial'.length, ...params, Math.max(scoring.length, 'failed'.length), 6];
  }

  header(): string {
    return this.#line(['trial', ...Object.keys(this.#definition.space), this.#definition.scoring, 's']);
  }

  /** @param isBest whether it is the best so far */
  row(trial: FrozenTrial, isBest: boolean): string {
    const { space, scoring } = this.#definition;
    const value = trial.value === null ? 'failed' : formatLog(scoring, trial.value);
    const cells = [String(trial.number + 1), ...Object.values(valuesOf(space, trial.params)).map(show), value, showSeconds(trial)];
    const remark = trial.state === 'fail' ? String(trial.userAttributes.cause ?? '') : isBest ? 'best' : '';
    return `${this.#line(cells)}   ${remark}`.trimEnd();
  }

  #line(cells: readonly string[]): string {
    return `  ${cells.map((cell, i) => cell.padStart(this.#widths[i])).join('   ')}`;
  }
}

/** The same for a spreadsheet, best first, in the manner of scikit-learn's `cv_results_`. */
export function trialsAsCsv(definition: Definition, trials: readonly FrozenTrial[], direction: Direction): string {
  const keys = Object.keys(definition.space);
  const columns = ['rank', 'trial', ...keys.map((key) => `param_${key}`), definition.scoring, 'seconds', 'state', 'cause', 'run'];
  const rows = ranked(trials, direction).map(({ trial, rank }) => {
    const { cause = '', run = '' } = trial.userAttributes;
    const params = Object.values(valuesOf(definition.space, trial.params)).map(show);
    return [rank, trial.number + 1, ...params, trial.value ?? '', showSeconds(trial), trial.state, cause, run];
  });
  return [columns, ...rows].map((cells) => `${cells.map(quote).join(',')}\n`).join('');
}

/** Equal values have equal ranks; trials without a value come last and have none. */
function ranked(trials: readonly FrozenTrial[], direction: Direction): { trial: FrozenTrial; rank: number | '' }[] {
  const sign = direction === 'maximize' ? -1 : 1;
  const complete = trials.filter((trial) => bestOf([trial], direction)).sort((a, b) => sign * (a.value! - b.value!));
  const others = trials.filter((trial) => !complete.includes(trial));
  return [
    ...complete.map((trial) => ({ trial, rank: 1 + complete.findIndex((other) => other.value === trial.value) })),
    ...others.map((trial) => ({ trial, rank: '' as const })),
  ];
}

function showSeconds({ start, complete }: FrozenTrial): string {
  if (!start || !complete) return '';
  const seconds = (complete.getTime() - start.getTime()) / 1000;
  return seconds < 9.95 ? seconds.toFixed(1) : String(Math.round(seconds));
}

/** A value as config.ts has it; nothing for a trial that was killed before it had one. */
function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function quote(cell: unknown): string {
  const text = String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

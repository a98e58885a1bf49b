import { formatLog } from '../core/format.ts';
import { isCandidate } from './best-trials.ts';
import { causeOf } from './cause-of.ts';
import { settingsOf } from './search-space-of.ts';
import { type AnyValues, isRange } from './space.ts';
import type { Direction, FrozenTrial } from './storage/study-storage.ts';
import type { ProjectStudy } from './study-definition.ts';

type Definition = Pick<ProjectStudy, 'space' | 'scoring'>;

/** The trials of a study for a terminal, a row at a time: columns are as wide as the widest value that can come. */
export class TrialTable {
  readonly #definition: Definition;
  readonly #widths: readonly number[];

  constructor({ space: whole, scoring }: Definition) {
    const space = variedIn(whole);
    this.#definition = { space, scoring };
    const params = Object.entries(space).map(([key, values]) => Math.max(key.length, widthOf(values)));
    this.#widths = ['trial'.length, ...params, Math.max(scoring.length, 'failed'.length), 6];
  }

  header(): string {
    return this.#line(['trial', ...Object.keys(this.#definition.space), this.#definition.scoring, 's']);
  }

  /** @param isBest whether it is the best so far */
  row(trial: FrozenTrial, isBest: boolean): string {
    const { space, scoring } = this.#definition;
    const settings = settingsOf(space, trial.params);
    const value = trial.value === null ? (trial.state === 'fail' ? 'failed' : '') : formatLog(scoring, trial.value);
    const shown = Object.entries(space).map(([key, values]) => (isRange(values) ? showNumber(settings[key]) : show(settings[key])));
    const cells = [String(trial.number + 1), ...shown, value, showSeconds(trial)];
    return `${this.#line(cells)}   ${remark(trial, isBest)}`.trimEnd();
  }

  #line(cells: readonly string[]): string {
    return `  ${cells.map((cell, i) => cell.padStart(this.#widths[i])).join('   ')}`;
  }
}

/** What is the same in all trials need not be shown with each. All of it where nothing varies. */
export function variedIn(space: Definition['space']): Definition['space'] {
  const varied = Object.entries(space).filter(([, values]) => isRange(values) || values.length > 1);
  return varied.length > 0 ? Object.fromEntries(varied) : space;
}

/** What was written of the trials that are over, which do not change any more. */
export type WrittenRows = WeakMap<FrozenTrial, string>;

/**
 * The same for a spreadsheet, best first, in the manner of scikit-learn's `cv_results_`.
 * @param written of earlier calls: after each trial of a study only its own row is made
 */
export function trialsAsCsv(
  definition: Definition,
  trials: readonly FrozenTrial[],
  direction: Direction,
  written: WrittenRows = new WeakMap(),
): string {
  const keys = Object.keys(definition.space);
  const columns = ['rank', 'trial', ...keys.map((key) => `param_${key}`), definition.scoring, 'seconds', 'state', 'cause', 'run'];
  const withoutRank = (trial: FrozenTrial) => {
    const known = written.get(trial);
    if (known !== undefined) return known;
    const { cause = '', run = '' } = trial.userAttributes;
    const settings = settingsOf(definition.space, trial.params);
    const shown = keys.map((key) => show(settings[key]));
    const row = csvOf([[trial.number + 1, ...shown, trial.value ?? '', showSeconds(trial), trial.state, cause, run]]);
    if (trial.complete) written.set(trial, row);
    return row;
  };
  return (
    csvOf([columns]) +
    ranked(trials, direction)
      .map(({ trial, rank }) => `${rank},${withoutRank(trial)}`)
      .join('')
  );
}

/** Lines of a spreadsheet. */
export function csvOf(rows: readonly (readonly unknown[])[]): string {
  return rows.map((cells) => `${cells.map(quote).join(',')}\n`).join('');
}

/** Equal values have equal ranks; trials without a value, or without a whole one, come last and have none. */
function ranked(trials: readonly FrozenTrial[], direction: Direction): { trial: FrozenTrial; rank: number | '' }[] {
  const sign = direction === 'maximize' ? -1 : 1;
  const complete = trials.filter(isCandidate).sort((a, b) => sign * (a.value! - b.value!));
  const others = trials.filter((trial) => !isCandidate(trial));
  return [
    ...complete.map((trial) => ({ trial, rank: 1 + complete.findIndex((other) => other.value === trial.value) })),
    ...others.map((trial) => ({ trial, rank: '' as const })),
  ];
}

function remark(trial: FrozenTrial, isBest: boolean): string {
  const {
    state,
    userAttributes: { sameAs },
  } = trial;
  if (state === 'fail') return causeOf(trial) ?? '';
  if (state === 'pruned') return 'ended early';
  if (typeof sameAs === 'number') return `as trial ${sameAs + 1}`;
  return isBest ? 'best' : '';
}

function widthOf(values: AnyValues): number {
  return isRange(values) ? 9 : Math.max(...values.map((value) => show(value).length));
}

function showSeconds({ start, complete }: FrozenTrial): string {
  if (!start || !complete) return '';
  const seconds = (complete.getTime() - start.getTime()) / 1000;
  return seconds < 9.95 ? seconds.toFixed(1) : String(Math.round(seconds));
}

/** A drawn number, to four digits. */
function showNumber(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : '';
}

/** A value as config.ts has it; nothing for a trial that has none. */
function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function quote(cell: unknown): string {
  const text = String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

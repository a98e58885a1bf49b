import type { Choice, Distribution } from '../../../tuning/distribution.ts';
import type { FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import { formatTick } from '../format-tick.ts';
import { type Axis, countingAxis, fittingAxis, logarithmicRangeAxis, rangeAxis } from '../ticks.ts';
import { shorten } from './plot.ts';
import type { Objective } from './study-view.ts';

/** An axis with its texts, for numbers and for choices alike. */
export interface TextAxis {
  readonly name: string;
  readonly ticks: readonly { readonly position: number; readonly text: string }[];
  /** 0 at the lower end, 1 at the upper; undefined for what is not on it: a setting that a trial did not have. */
  position(value: unknown): number | undefined;
  readonly isLogarithmic: boolean;
  /** How many choices share its length; undefined for numbers. */
  readonly choices: readonly Choice[] | undefined;
}

/** Letters of a choice that are shown. */
const shownLetters = 14;
/** Choices that are named; of more every second, third ... */
const shownChoices = 12;

/** The axis of a value that trials are judged by. */
export function objectiveAxis({ name, formatTick: format }: Objective, values: readonly number[]): TextAxis {
  return numberAxis(name, fittingAxis(values), format);
}

/** An axis of trial numbers, steps or other counts. */
export function countAxis(name: string, low: number, high: number): TextAxis {
  return numberAxis(name, countingAxis(low, high), String);
}

/** The axis of a setting: as wide as it was drawn from, logarithmic where it was drawn so; choices beside each other, numbers among them by size. */
export function settingAxis(name: string, trials: readonly FrozenTrial[]): TextAxis {
  const distributions = new Set(trials.flatMap(({ distributions: { [name]: one } }) => (one ? [one] : [])));
  const values = trials.flatMap(({ params }) => (Object.hasOwn(params, name) ? [params[name]] : []));
  const ranges = [...distributions].filter((one) => one.kind !== 'categorical');
  if (ranges.length === 0 || ranges.length < distributions.size) return choiceAxis(name, choicesOf([...distributions], values));
  const ends = [...ranges.flatMap(({ low, high }) => [low, high]), ...values.map(Number)].filter(Number.isFinite);
  const [low, high] = [ends.reduce((a, b) => Math.min(a, b)), ends.reduce((a, b) => Math.max(a, b))];
  if (low > 0 && ranges.some(({ log }) => log)) return numberAxis(name, logarithmicRangeAxis(low, high), formatTick);
  return numberAxis(name, rangeAxis(low, high, { whole: ranges.every(({ kind }) => kind === 'int') }), formatTick);
}

function numberAxis(name: string, axis: Axis, format: (value: number) => string): TextAxis {
  return {
    name,
    ticks: axis.ticks.map((tick) => ({ position: axis.position(tick), text: format(tick) })),
    position: (value) => (typeof value === 'number' && Number.isFinite(value) ? axis.position(value) : undefined),
    isLogarithmic: axis.isLogarithmic,
    choices: undefined,
  };
}

function choicesOf(distributions: readonly Distribution[], values: readonly Choice[]): Choice[] {
  const offered = distributions.flatMap((one) => (one.kind === 'categorical' ? one.choices : []));
  const all = [...new Set([...offered, ...values])];
  return all.every((choice) => typeof choice === 'number') ? all.sort((a, b) => Number(a) - Number(b)) : all;
}

function choiceAxis(name: string, choices: readonly Choice[]): TextAxis {
  const places = new Map(choices.map((choice, i) => [choice, (i + 0.5) / choices.length]));
  const every = Math.ceil(choices.length / shownChoices);
  return {
    name,
    ticks: choices.flatMap((choice, i) =>
      i % every === 0 ? [{ position: places.get(choice)!, text: shorten(showChoice(choice), shownLetters) }] : [],
    ),
    position: (value) => places.get(value as Choice),
    isLogarithmic: false,
    choices,
  };
}

/** A choice as it is typed. */
export function showChoice(choice: unknown): string {
  return typeof choice === 'number' ? String(Number(choice.toPrecision(6))) : String(choice);
}

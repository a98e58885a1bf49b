import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { readPythonJson, writePythonJson } from './storage/python-json.ts';

/** What a categorical parameter may be: what Optuna's files can hold. */
export type Choice = null | boolean | number | string;

/** A range of numbers, both ends included. */
export type NumberDistribution =
  | { readonly kind: 'float'; readonly low: number; readonly high: number; readonly log: boolean; readonly step: number | null }
  | { readonly kind: 'int'; readonly low: number; readonly high: number; readonly log: boolean; readonly step: number };

/** Where a parameter's value comes from; Optuna's three kinds. */
export type Distribution = NumberDistribution | { readonly kind: 'categorical'; readonly choices: readonly Choice[] };

export interface NumberOptions {
  /** Draws on a logarithmic scale; `low` is then above 0. @default false */
  readonly log?: boolean;
  /** Only `low`, `low + step`, `low + 2 step` ...; not together with `log`. @default any number, or 1 for whole ones */
  readonly step?: number;
}

/**
 * The numbers from `low` to `high`. With a step `high` is the last number that it reaches, as Optuna cuts it.
 * @param name of the parameter, for messages
 * @throws DlError `config` for a range without numbers, or one that a logarithm cannot have
 */
export function numberRange(name: string, kind: 'float' | 'int', low: number, high: number, options: NumberOptions): NumberDistribution {
  requireKnownOptions(name, options, { log: true, step: true });
  const { log = false, step } = options;
  if (!(low <= high)) throw new DlError('config', `${name} has no range: ${low} to ${high}.`);
  if (![low, high].every(Number.isFinite)) {
    throw new DlError('config', `${name} has the range ${low} to ${high}: both ends must be numbers that are not infinite.`);
  }
  if (log && !(low > 0)) {
    throw new DlError('config', `${name} is drawn on a logarithmic scale, so its lowest value must be above 0, not ${low}.`);
  }
  if (log && step !== undefined) throw new DlError('config', `${name} cannot have both log and step. Leave one out.`);
  if (step !== undefined && !(step > 0)) throw new DlError('config', `${name} has the step ${step}; it must be above 0.`);
  if (kind === 'int' && ![low, high, step ?? 1].every(Number.isInteger)) {
    throw new DlError('config', `${name} takes whole numbers: its range ${low} to ${high} and its step must be whole.`);
  }
  const reached = step === undefined ? high : low + Math.floor((high - low) / step + 1e-9) * step;
  if (kind === 'int') return { kind, low, high: reached, log, step: step ?? 1 };
  return { kind, low, high: step === undefined ? high : withoutNoise(reached), log, step: step ?? null };
}

/** 0.3 for 3 * 0.1. */
export function withoutNoise(value: number): number {
  return Number(value.toPrecision(15));
}

/**
 * One of some values.
 * @param name of the parameter, for messages
 * @throws DlError `config` for an empty list, or a value that Optuna's files cannot hold
 */
export function categorical(name: string, choices: readonly Choice[]): Distribution {
  if (!Array.isArray(choices) || choices.length === 0)
    throw new DlError('config', `${name} has no choices. Give a list with at least one: ['adam', 'sgd']`);
  const wrong = choices.findIndex((one) => !isChoice(one));
  if (wrong >= 0) {
    throw new DlError('config', `${name} has the choice ${showValue(choices[wrong])}; a choice is a text, a number, true, false or null.`);
  }
  return { kind: 'categorical', choices };
}

function isChoice(value: unknown): value is Choice {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/**
 * Within a study a parameter keeps its kind, its scale and its choices; its range may move. Optuna drops what differs when it reads the study.
 * @param name of the parameter, for messages
 * @throws DlError `config` where they differ
 */
export function requireSameKind(name: string, now: Distribution, before: Distribution | undefined): void {
  if (before === undefined || before === now) return;
  const [one, other] = [kindOf(now), kindOf(before)];
  if (one === other) return;
  throw new DlError('config', `${name} is ${one}, but was ${other} earlier in this study. Give it another name, or begin another study.`);
}

function kindOf(distribution: Distribution): string {
  if (distribution.kind === 'categorical') return `one of ${distribution.choices.map((one) => showValue(one)).join(', ')}`;
  return `${distribution.kind === 'int' ? 'a whole number' : 'a number'}${distribution.log ? ' on a logarithmic scale' : ''}`;
}

/**
 * A value that somebody gave for a parameter: one of its choices, or a number; one outside of its range counts, as in Optuna.
 * @param name of the parameter, for messages
 * @throws DlError `config` for another value
 */
export function requireValue(name: string, distribution: Distribution, value: unknown): void {
  const isFit =
    distribution.kind === 'categorical'
      ? distribution.choices.some((one) => areSame(one, value))
      : distribution.kind === 'int'
        ? Number.isInteger(value)
        : typeof value === 'number' && Number.isFinite(value);
  if (isFit) return;
  const allowed = distribution.kind === 'categorical' ? 'one of its choices' : distribution.kind === 'int' ? 'a whole number' : 'a number';
  throw new DlError('config', `The trial was given ${showValue(value)} for ${name}, which is not ${allowed}.`);
}

/** The only value there is to choose; undefined where there are several. */
export function onlyValue(distribution: Distribution): Choice | undefined {
  if (distribution.kind === 'categorical') return distribution.choices.length === 1 ? distribution.choices[0] : undefined;
  return distribution.low === distribution.high ? distribution.low : undefined;
}

/** Whether a value may come from it. */
export function contains(distribution: Distribution, value: Choice): boolean {
  if (distribution.kind === 'categorical') return distribution.choices.includes(value);
  const { kind, low, high } = distribution;
  return typeof value === 'number' && value >= low && value <= high && (kind === 'float' || Number.isInteger(value));
}

/** As Optuna writes it into its files: `{"name":"IntDistribution","attributes":{...}}`. */
export function distributionToJson(distribution: Distribution): string {
  if (distribution.kind === 'categorical') {
    return writePythonJson({ name: 'CategoricalDistribution', attributes: { choices: distribution.choices } }); // Optuna's may be NaN
  }
  const { kind, low, high, log, step } = distribution;
  return JSON.stringify({ name: kind === 'int' ? 'IntDistribution' : 'FloatDistribution', attributes: { low, high, log, step } });
}

const known = new Map<string, Distribution>();

/**
 * Equal texts give the same object: a study has as many of them as trials, and samplers compare them.
 * @throws DlError `file` for a kind that Optuna 5 does not write
 */
export function distributionFromJson(json: string): Distribution {
  const distribution = known.get(json) ?? parse(json);
  known.set(json, distribution);
  return distribution;
}

function parse(json: string): Distribution {
  const { name, attributes } = readPythonJson(json) as { name: string; attributes: Record<string, never> };
  const { low, high, log, step, choices } = attributes;
  if (name === 'FloatDistribution') return { kind: 'float', low, high, log, step: step ?? null };
  if (name === 'IntDistribution') return { kind: 'int', low, high, log, step };
  if (name === 'CategoricalDistribution') return { kind: 'categorical', choices };
  throw new DlError(
    'file',
    `The study has a parameter of kind ${name}. Known: FloatDistribution, IntDistribution, CategoricalDistribution.`,
  );
}

/** The number that stands for a value in the file: the value itself, or the position of a choice. */
export function toInternal(distribution: Distribution, value: Choice): number {
  if (distribution.kind !== 'categorical') return value as number;
  return distribution.choices.findIndex((one) => areSame(one, value));
}

export function fromInternal(distribution: Distribution, internal: number): Choice {
  return distribution.kind === 'categorical' ? distribution.choices[internal] : internal;
}

/** NaN is NaN, and a list is one with the same values: Optuna's files may have both as choices. */
function areSame(one: unknown, other: unknown): boolean {
  if (one === other || (Number.isNaN(one) && Number.isNaN(other))) return true;
  return Array.isArray(one) && Array.isArray(other) && JSON.stringify(one) === JSON.stringify(other);
}

import type { ConfigKey, ConfigValue } from '../config/config-types.ts';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { didYouMean } from '../core/nearest.ts';
import { type NumberDistribution, type NumberOptions, numberRange } from './distribution.ts';

/** What a setting is chosen from: a list of values, or a range of numbers. */
export type Values<Value> = readonly Value[] | ([Extract<Value, number>] extends [never] ? never : NumberDistribution);

/** The same for whatever setting. */
export type AnyValues = readonly unknown[] | NumberDistribution;

/** For each key of config.ts that is to be varied, what it is chosen from. */
export type SpaceSettings<Config> = { readonly [Key in ConfigKey<Config>]?: Values<ConfigValue<Config, Key>> };

/** Some settings with their values, by key of config.ts. */
export type SettingValues<Config> = { readonly [Key in ConfigKey<Config>]?: ConfigValue<Config, Key> };

/** A space without its types. */
export interface ProjectSpace {
  readonly settings: Readonly<Record<string, AnyValues>>;
  /** A setting that is there only where another one has one of some values. */
  readonly conditions: readonly { readonly key: string; readonly on: string; readonly values: readonly unknown[] }[];
  readonly forbidden: readonly ((settings: Readonly<Record<string, unknown>>) => boolean)[];
}

/** What a study searches; made by `space`. */
export interface Space<Config> extends ProjectSpace {
  /** Varies `key` only where `on` has one of `values`: momentum is a setting of some optimizers only. */
  when<On extends ConfigKey<Config>>(key: ConfigKey<Config>, on: On, ...values: readonly ConfigValue<Config, On>[]): Space<Config>;
  /** Leaves out what must not be tried together. */
  forbid(isForbidden: (settings: SettingValues<Config>) => boolean): Space<Config>;
}

/** Any number from `low` to `high`; with a `step` only `low`, `low + step`, `low + 2 step` ... */
export function float(low: number, high: number, options: Pick<NumberOptions, 'step'> = {}): NumberDistribution {
  if ('log' in options) throw new DlError('config', `float has no option log. Write logFloat(${low}, ${high}).`);
  requireKnownOptions('float', options, { step: true });
  const { step } = options;
  return { kind: 'float', low, high, log: false, step: step ?? null };
}

/** A number from `low` to `high`, as likely between 0.001 and 0.01 as between 0.01 and 0.1. */
export function logFloat(low: number, high: number): NumberDistribution {
  return { kind: 'float', low, high, log: true, step: null };
}

/** A whole number from `low` to `high`, both included. */
export function int(low: number, high: number, options: NumberOptions = {}): NumberDistribution {
  requireKnownOptions('int', options, { log: true, step: true });
  const { log = false, step = 1 } = options;
  return { kind: 'int', low, high, log, step };
}

/** One of some values; the same as the list alone. */
export function choice<const Value>(values: readonly Value[]): readonly Value[] {
  return values;
}

/**
 * The settings of config.ts that a study varies.
 *
 * ```ts
 * space<Config>({
 *   'training.optimizer.name': choice(['sgd', 'adam']),
 *   'training.optimizer.learningRate': logFloat(1e-4, 1e-1),
 *   'training.optimizer.momentum': float(0.5, 0.99),
 * }).when('training.optimizer.momentum', 'training.optimizer.name', 'sgd')
 * ```
 *
 * @throws DlError `config` for anything but an object, an empty one, an empty range or list, a logarithm of 0, a value twice, or a condition on a key that is not in the space
 */
export function space<Config>(settings: SpaceSettings<Config>): Space<Config> {
  const example = "Name a setting and its values: { 'data.batchSize': [64, 128] }";
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings))
    throw new DlError('config', `space got ${showValue(settings)}. ${example}`);
  const entries = Object.entries(settings) as [string, AnyValues][];
  if (entries.length === 0) throw new DlError('config', `The space is empty. ${example}`);
  return spaceOf({
    settings: Object.fromEntries(entries.map(([key, values]) => [key, checked(key, values)])),
    conditions: [],
    forbidden: [],
  });
}

function spaceOf<Config>(given: ProjectSpace): Space<Config> {
  const keys = Object.keys(given.settings);
  return {
    ...given,
    when(key, on, ...values) {
      for (const name of [key, on] as string[]) {
        if (keys.includes(name)) continue;
        throw new DlError(
          'config',
          `The space has a condition on ${name}, which is not in it.${didYouMean(name, keys)} It has: ${keys.join(', ')}.`,
        );
      }
      checkCondition(on, given.settings[on], values);
      return spaceOf({ ...given, conditions: [...given.conditions, { key, on, values }] });
    },
    forbid: (isForbidden) => spaceOf({ ...given, forbidden: [...given.forbidden, isForbidden as never] }),
  };
}

/** A condition that can never hold would leave a setting out of every trial. */
function checkCondition(on: string, given: AnyValues, values: readonly unknown[]): void {
  const [allowed, isAllowed] = isRange(given)
    ? [`${given.low} to ${given.high}`, (value: unknown) => typeof value === 'number' && value >= given.low && value <= given.high]
    : [
        given.map((value) => showValue(value)).join(', '),
        (value: unknown) => given.some((one) => JSON.stringify(one) === JSON.stringify(value)),
      ];
  const never = values.find((value) => !isAllowed(value));
  if (values.length > 0 && never === undefined) return;
  const what = values.length === 0 ? `says not what ${on} must be` : `waits for ${on} to be ${showValue(never)}, which it never is`;
  throw new DlError('config', `A condition of the space ${what}. Its values: ${allowed}.`);
}

function checked(key: string, values: unknown): AnyValues {
  if (isRange(values)) {
    const { kind, low, high, log, step } = values;
    const range = numberRange(key, kind, low, high, { log, step: (log ? undefined : step) ?? undefined });
    if (step !== null && !log && high > low && step > high - low) {
      throw new DlError(
        'config',
        `${key} has the step ${step}, larger than its range ${low} to ${high}, which leaves one value. Write a smaller step.`,
      );
    }
    return range;
  }
  if (!Array.isArray(values)) {
    throw new DlError(
      'config',
      `The space has ${JSON.stringify(values)} for ${key}. Write a list of values to try: [${JSON.stringify(values)}]`,
    );
  }
  if (values.length === 0) throw new DlError('config', `The space has no values for ${key}. Give at least one, or leave the key out.`);
  const texts = values.map((value) => JSON.stringify(value));
  const twice = texts.find((text, i) => texts.indexOf(text) !== i);
  if (twice !== undefined) throw new DlError('config', `The space has ${twice} twice for ${key}. Leave one out.`);
  return values;
}

/** Whether it is a range of numbers, not a list. */
export function isRange(values: unknown): values is NumberDistribution {
  return typeof values === 'object' && values !== null && 'low' in values && 'high' in values && 'kind' in values;
}

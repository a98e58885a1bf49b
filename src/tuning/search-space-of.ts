import { DlError } from '../core/errors.ts';
import { describeThrown } from './describe-thrown.ts';
import { type Choice, categorical, type Distribution } from './distribution.ts';
import type { Params, SearchSpace } from './search-space.ts';
import { type AnyValues, isRange, type ProjectSpace } from './space.ts';

/**
 * What `space({...}).when().forbid()` says, as studies search it: a parameter that others depend on comes before them, lists are kept as their text.
 * @param source for messages
 * @throws DlError `config` for conditions that depend on each other
 */
export function searchSpaceOf(
  { settings, conditions = [], forbidden = [] }: Pick<ProjectSpace, 'settings'> & Partial<ProjectSpace>,
  source: string,
): SearchSpace {
  const parameters: Record<string, Distribution> = {};
  const left = new Map(Object.entries(settings));
  while (left.size > 0) {
    const next = [...left].find(([key]) => conditions.every((one) => one.key !== key || !left.has(one.on)));
    if (!next) throw new DlError('config', `${source}: the conditions of ${[...left.keys()].join(' and ')} depend on each other.`);
    const [key, values] = next;
    parameters[key] = isRange(values) ? values : categorical(key, values.map(asChoice));
    left.delete(key);
  }
  return {
    parameters,
    conditions: conditions.map(({ key, on, values }) => ({ parameter: key, on, values: values.map(asChoice) })),
    ...(forbidden.length > 0 && {
      isForbidden: (params) => forbidden.some((isForbidden) => ask(isForbidden, settingsOf(settings, params), source)),
    }),
  };
}

/** What is forbidden is the user's code: where it throws, the message names the settings. */
function ask(isForbidden: ProjectSpace['forbidden'][number], settings: Readonly<Record<string, unknown>>, source: string): boolean {
  try {
    return isForbidden(settings);
  } catch (error) {
    const message = `${source}: forbid threw "${describeThrown(error)}" for ${JSON.stringify(settings)}. A setting that is not there is undefined.`;
    throw new DlError('config', message, { cause: error });
  }
}

/** The settings that a trial's parameters stand for. */
export function settingsOf(space: ProjectSpace['settings'], params: Params): Record<string, unknown> {
  const there = Object.entries(space).filter(([key]) => Object.hasOwn(params, key));
  return Object.fromEntries(there.map(([key, values]) => [key, settingOf(values, params[key])]));
}

function settingOf(values: AnyValues, param: Choice): unknown {
  return isRange(values) ? param : values.find((value) => Object.is(asChoice(value), param));
}

/** Optuna's files hold no lists: `[128, 64]` is kept as its text. */
function asChoice(value: unknown): Choice {
  return value === null || typeof value !== 'object' ? (value as Choice) : JSON.stringify(value);
}

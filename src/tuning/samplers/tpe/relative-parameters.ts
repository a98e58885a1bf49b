import type { Choice } from '../../distribution.ts';
import type { FrozenTrial } from '../../storage/study-storage.ts';

/** Optuna's key; its databases hold texts of up to 2045 characters. */
const key = 'tpe:relative_params';
const longest = 2045;

/** What to keep with a trial, so that other processes know its parameters before it has asked for them. */
export function shareRelativeParameters(relative: Readonly<Record<string, Choice>>): Record<string, string> {
  if (Object.keys(relative).length === 0) return {};
  const text = JSON.stringify(relative);
  const parts = Array.from({ length: Math.ceil(text.length / longest) }, (_, i) => text.slice(i * longest, (i + 1) * longest));
  return Object.fromEntries(parts.map((part, i) => [`${key}:${i}`, part]));
}

/** The parameters of a trial; of one that runs also those that it will ask for, and those that it was begun with (`enqueue`). */
export function relativeParameters({ state, params, systemAttributes }: FrozenTrial): Readonly<Record<string, Choice>> {
  if (state !== 'running') return params;
  let text = '';
  for (let i = 0; typeof systemAttributes[`${key}:${i}`] === 'string'; i++) text += systemAttributes[`${key}:${i}`];
  const fixed = systemAttributes.fixed_params as Record<string, Choice> | undefined;
  return { ...parsed(text), ...fixed, ...params };
}

function parsed(text: string): Record<string, Choice> {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return {}; // not all parts are there yet
  }
}

import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { categorical, numberRange } from './distribution.ts';
import type { SearchSpace } from './search-space.ts';
import { searchSpaceOf } from './search-space-of.ts';
import type { ProjectSpace } from './space.ts';

/** A space as `space({...}).when().forbid()` gives it, or written out. */
export type GivenSpace = SearchSpace | ProjectSpace;

/**
 * The space that a study searches.
 * @throws DlError `config` for an empty range or list, a logarithm of 0, or a condition on a parameter that does not come before
 */
export function givenSpace(space: GivenSpace | undefined): SearchSpace | undefined {
  if (space === undefined) return undefined;
  if ('settings' in space) return searchSpaceOf(space, 'space');
  if (typeof space.parameters !== 'object' || space.parameters === null)
    throw new DlError('config', "The space has no parameters. Write space({ x: float(0, 1), kind: ['a', 'b'] })");
  const names = Object.keys(space.parameters);
  for (const [name, distribution] of Object.entries(space.parameters)) {
    if (distribution.kind === 'categorical') categorical(name, distribution.choices);
    else {
      const { kind, low, high, log, step } = distribution;
      numberRange(name, kind, low, high, { log, step: (log ? undefined : step) ?? undefined });
    }
  }
  for (const { parameter, on } of space.conditions ?? []) {
    const missing = [parameter, on].find((name) => !names.includes(name));
    if (missing !== undefined) {
      const has = `It has: ${names.join(', ')}.`;
      throw new DlError('config', `The space has a condition on ${missing}, which is not in it.${didYouMean(missing, names)} ${has}`);
    }
    if (names.indexOf(on) >= names.indexOf(parameter))
      throw new DlError('config', `${parameter} depends on ${on}, which must come before it in the space's parameters.`);
  }
  return space;
}

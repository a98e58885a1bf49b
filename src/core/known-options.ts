import { DlError } from './errors.ts';
import { didYouMean } from './nearest.ts';

/**
 * Refuses options that there are not. The compiler would, but recipes and studies are run without it, and a misspelt option would do nothing.
 *
 * @param what takes them, as it is called: `pruneWeights`
 * @param names of every option; an object, so that the compiler misses none
 * @throws DlError `config` naming the nearest, and for options that are no object
 */
export function requireKnownOptions<Options extends object>(
  what: string,
  options: Options,
  names: Readonly<Record<keyof Options, true>>,
): void {
  const known = Object.keys(names);
  const list = known.length === 0 ? `${what} takes none.` : `${what} takes: ${known.join(', ')}.`;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const came = options === undefined ? 'nothing' : JSON.stringify(options);
    throw new DlError('config', `${what} got ${came}; its options are written ${what}({ ... }). ${list}`);
  }
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new DlError('config', `${what} has no option ${unknown}.${didYouMean(unknown, known)} ${list}`);
}

import { DlError } from './errors.ts';
import { didYouMean } from './nearest.ts';

/** Finds an entry of a family by its name, or says which names there are. */
export function findByName<T extends { readonly name: string }>(kind: string, entries: readonly T[], name: string): T {
  const entry = entries.find((one) => one.name === name);
  if (entry) return entry;
  const names = entries.map((one) => one.name);
  throw new DlError(
    'name',
    `There is no ${kind} named ${JSON.stringify(name)}.${didYouMean(name, names)} Known: ${names.join(', ') || 'none'}.`,
  );
}

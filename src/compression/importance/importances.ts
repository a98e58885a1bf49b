import { DlError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import { fisher } from './fisher.ts';
import type { Importance } from './importance.ts';
import { magnitude } from './magnitude.ts';
import { obd } from './obd.ts';
import { obs } from './obs.ts';
import { random } from './random.ts';
import { taylor } from './taylor.ts';

/** What `pruneWeights` may choose by; a new criterion is its file and a line here. */
export const importances = [magnitude, fisher, obd, obs, taylor, random] as const;

export type ImportanceName = (typeof importances)[number]['name'];

/**
 * @param name @default 'magnitude'
 * @throws DlError `config` for a name that is not in the list
 */
export function importanceOf(name: ImportanceName = 'magnitude'): Importance {
  const importance = importances.find((one) => one.name === name);
  if (importance) return importance;
  const names = importances.map((one) => one.name);
  throw new DlError(
    'config',
    `pruneWeights importance is ${JSON.stringify(name)}; allowed are ${names.join(', ')}.${didYouMean(String(name), names)}`,
  );
}

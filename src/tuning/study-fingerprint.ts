import type { AnyConfig } from '../config/config-types.ts';
import { DlError } from '../core/errors.ts';
import type { StudyPlan } from './plan-trials.ts';
import type { Study } from './study.ts';
import type { ProjectStudy } from './study-definition.ts';

/** Under which key a study keeps what its trials have in common. */
export const fingerprintKey = 'dl-project';

/** Under which key it keeps the words that it was begun with, for workers that join. */
export const wordsKey = 'dl-project:words';

/** What must stay equal as long as results are compared with each other. Plain JSON. */
export interface StudyFingerprint {
  readonly space: ProjectStudy['space'];
  readonly scoring: string;
  readonly direction: string;
  /** Not there in studies without conditions or folds, as in older ones. */
  readonly conditions?: ProjectStudy['conditions'];
  readonly cv?: ProjectStudy['cv'];
  /** The settings that are the same in all trials, by dotted key. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export function fingerprintOf(
  { space, scoring, conditions, cv }: ProjectStudy,
  { direction }: StudyPlan,
  config: AnyConfig,
): StudyFingerprint {
  const { name: _name, compression: _compression, ...trained } = config;
  const settings = Object.entries(flatten(trained)).filter(([key]) => !Object.keys(space).some((varied) => belongsTo(key, varied)));
  return JSON.parse(JSON.stringify({ space, scoring, direction, conditions, cv, settings: Object.fromEntries(settings) }));
}

/**
 * Keeps the fingerprint of a new study; compares it with that of an older one.
 * @param remedy how to begin anew, for the message
 * @throws DlError `refused` where results of before could not be compared with new ones
 */
export async function checkFingerprint(study: Study, now: StudyFingerprint, remedy: string): Promise<void> {
  const before = (await study.userAttributes())[fingerprintKey] as StudyFingerprint | undefined;
  if (!before) return study.setUserAttribute(fingerprintKey, now);
  const changes = [
    ...differences(before.settings, now.settings),
    ...differences(before.space, now.space).map((text) => `space: ${text}`),
    ...differences(withoutMaps(before), withoutMaps(now)),
  ];
  if (changes.length === 0) return;
  throw new DlError(
    'refused',
    `The study ${study.name} was begun with other settings, so its results cannot be compared with new ones: ${changes.slice(0, 3).join('; ')}. ` +
      `Change that back; or give the study another file name; or ${remedy}.`,
  );
}

function withoutMaps({ scoring, direction, conditions, cv }: StudyFingerprint): Readonly<Record<string, unknown>> {
  return { scoring, direction, conditions, cv };
}

/** `training.epochs was 6, is now 12` */
function differences(before: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return keys
    .map((key) => [key, JSON.stringify(before[key]), JSON.stringify(now[key])] as const)
    .filter(([, old, current]) => old !== current)
    .map(([key, old = 'not there', current = 'not there']) => `${key} was ${old}, is now ${current}`);
}

/** An exchanged part brings its own options: with `model.name` varied, no option of a model is common to all trials. */
function belongsTo(key: string, varied: string): boolean {
  if (key === varied) return true;
  return varied.endsWith('.name') ? key.startsWith(varied.slice(0, -'name'.length)) : key.startsWith(`${varied}.`);
}

function flatten(value: object, prefix = ''): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, child]) =>
      child !== null && typeof child === 'object' && !Array.isArray(child) ? flatten(child, `${prefix}${key}.`) : { [prefix + key]: child },
    ),
  );
}

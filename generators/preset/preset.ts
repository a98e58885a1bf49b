import type { FileMap } from '../engine/file-map.ts';
import type { GivenAnswers } from '../engine/questions.ts';

/** What a project remembers of its preset. */
export interface PresetIdentity {
  readonly name: string;
  readonly version: string;
  /** Where it is: the name of a package, or `file:` and a path from the project's folder. */
  readonly source: string;
  /** Of the package's tarball, as npm writes it: `sha512-...`; undefined where there was none. */
  readonly integrity?: string;
}

/** What a team has decided for its projects: data only, checked, with the texts of its files. */
export interface Preset extends PresetIdentity {
  readonly answers: GivenAnswers;
  /** Questions whose answers stand; each has one. */
  readonly locked: readonly string[];
  /** Path in the project -> text; each takes the place of the template's file, or is one more. */
  readonly files: FileMap;
  /** What package.json gets on top of ours, key by key. */
  readonly packageJson: Readonly<Record<string, unknown>>;
}

/** The answers that stand, whatever somebody would like. */
export function lockedAnswers({ answers, locked }: Preset): GivenAnswers {
  return Object.fromEntries(locked.map((question) => [question, answers[question]]));
}

/** `@acme/dl-preset 1.2.0` */
export function presetTitle({ name, version }: Pick<PresetIdentity, 'name' | 'version'>): string {
  return `${name} ${version}`;
}

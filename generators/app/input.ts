import type { Preset } from '../preset/preset.ts';
import type { AppAnswers } from './questions.ts';

/** Everything a project is made from; with the templates it decides every byte. */
export interface AppInput {
  readonly name: string;
  readonly answers: AppAnswers;
  /** Where the data is, for those that are read from files; paths relative to the project. */
  readonly dataOptions: Readonly<Record<string, string>>;
  /** What package.json says of the two packages; no generator where it could not be installed. */
  readonly packages: { readonly runtime: string; readonly generator?: string };
  /** The version of the package manager, where it is the one that called. */
  readonly packageManagerVersion?: string;
  /** What a licence names; only where there is one. */
  readonly copyright?: { readonly year: number; readonly holder: string };
  /** What a team has decided: its files come on top of the templates'. */
  readonly preset?: Pick<Preset, 'name' | 'version' | 'source' | 'integrity' | 'files' | 'packageJson'>;
  /** The version of this tool. */
  readonly version: string;
}

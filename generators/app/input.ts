import type { PackageManager } from '../engine/package-manager.ts';
import type { AppAnswers } from './questions.ts';

/** Everything a project is made from; with the templates it decides every byte. */
export interface AppInput {
  readonly name: string;
  readonly answers: AppAnswers;
  /** Where the data is, for those that are read from files; paths relative to the project. */
  readonly dataOptions: Readonly<Record<string, string>>;
  /** What package.json says of the two packages; no generator where it could not be installed. */
  readonly packages: { readonly runtime: string; readonly generator?: string };
  /** Who installs the packages: each has its own way to allow an install script. */
  readonly packageManager: PackageManager;
  /** The version of this tool. */
  readonly version: string;
}

import type { ConfigEntry } from '../engine/config-entry.ts';
import type { PackageEntries } from '../engine/package-entries.ts';
import type { GivenAnswers, Question } from '../engine/questions.ts';
import type { TemplateValues } from '../engine/render.ts';
import type { ModuleName } from './module-name.ts';
import type { ProjectState } from './project-state.ts';

/** What a module is made from. */
export interface ModuleInput extends ModuleName {
  readonly answers: GivenAnswers;
  readonly project: ProjectState;
}

/**
 * How one kind of module is made: data and pure functions. Its files are the templates of the folder of the same name,
 * with the module's name for `[name]` in a path; a module never writes or prints by itself.
 */
export interface ModuleGenerator {
  /** Answered by flags; without one the default is taken, so that the common case needs none. @default none */
  readonly questions?: readonly Question[];
  /** How config.ts names such a part. */
  readonly spelling: keyof ModuleName;
  /** The list of the project that gets it, in the `index.ts` of its folder. @default none */
  readonly list?: string;
  /** Names that are the library's, in any spelling. @default none */
  readonly taken?: readonly string[];
  /** The folders inside its templates that are used. @default all of them are one */
  readonly variants?: (input: ModuleInput) => readonly string[];
  /** What templates may name beside the name itself. */
  readonly values?: (input: ModuleInput) => TemplateValues;
  /** A file that is not made from a template: path in the project and text. */
  readonly extraFiles?: (input: ModuleInput, templates: TemplateReader) => Readonly<Record<string, string>>;
  /** What config.ts gets, for parts that are used as soon as they are there. */
  readonly configEntry?: (input: ModuleInput) => ConfigEntry;
  /** What package.json gets: scripts, and packages that are installed by the user then. @default nothing */
  readonly packageEntries?: (input: ModuleInput) => PackageEntries;
  /** How it is used, for the last line: `train model.name=my-net` is a script with its arguments. */
  readonly next: (input: ModuleInput) => NextSteps;
}

/** The text of a template of a project, by its path. */
export type TemplateReader = (path: string) => string;

export interface NextSteps {
  /** A sentence, where something is to be known or done first. */
  readonly note?: string;
  /** A script of package.json with arguments. */
  readonly script: readonly [name: string, ...words: string[]];
}

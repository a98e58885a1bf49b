import type { AnyConfig, ProjectParts } from '../config/config-types.ts';
import type { Overrides } from '../config/resolve-config.ts';

/** What a script needs of a project; `defineProject` makes it. */
export interface ScriptProject extends ProjectParts {
  /** The project's folder, absolute. */
  readonly root: string;
  /** What `config.ts` exports. */
  loadConfig(): Promise<unknown>;
  /** The names of the files in `experiments/`. */
  experimentNames?(): readonly string[];
  /** What `experiments/<name>.ts` changes of the config, for `experiment=<name>`. */
  loadExperiment?(name: string): Promise<object>;
  /** The settings that were best in a study, for `from-study=<name>`. */
  studyOverrides?(study: string): Promise<Overrides>;
  /** Refuses a config that no training can start with, before its data is read: weights to begin with that are not there. @throws DlError */
  checkStart?(config: AnyConfig): void;
  /** Makes `report.html` of a run from its files. Synchronous, for Ctrl-C. @returns its path */
  writeReport?(folder: string): string;
}

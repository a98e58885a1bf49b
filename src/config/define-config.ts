import type { ConfigInput, ProjectParts } from './config-types.ts';

/**
 * Gives `config.ts` its types: names, options and log keys are those of the project's own parts.
 * Returns `input` as it is; defaults are filled in when a script starts.
 */
export function defineConfig<Project extends ProjectParts>(input: ConfigInput<Project>): ConfigInput<Project> {
  return input;
}

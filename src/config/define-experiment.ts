import type { ExperimentInput, ProjectParts } from './config-types.ts';

/**
 * Gives a file of `experiments/` its types: a named set of changes to config.ts, for `experiment=<name>` on the command line.
 * What is left out stays as config.ts has it; another `name` takes that entry's defaults. Returns `changes` as they are.
 *
 * ```ts
 * export default defineExperiment<Project>({ data: { batchSize: 64 }, training: { epochs: 2 } });
 * ```
 */
export function defineExperiment<Project extends ProjectParts>(changes: ExperimentInput<Project>): ExperimentInput<Project> {
  return changes;
}

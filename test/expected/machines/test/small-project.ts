import { useBackend } from 'dl-project/backend';
import { resolveConfig } from 'dl-project/config';
import settings from '../config.ts';
import { project } from '../src/project.ts';

/** The project as it is, with little data and small batches, so that tests are fast. */
export const { config } = resolveConfig(project, settings, [
  ['data.rows', 400],
  ['data.batchSize', 32],
]);

await useBackend();

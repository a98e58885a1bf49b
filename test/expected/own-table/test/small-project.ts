import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { useBackend } from 'dl-project/backend';
import { resolveConfig } from 'dl-project/config';
import settings from '../config.ts';
import { project } from '../src/project.ts';

/** The project as it is, with small batches, so that tests are fast. */
export const { config } = resolveConfig(project, settings, [['data.batchSize', 32]]);

/** Whether there is something to learn from; without it the tests that read data are skipped. */
export const dataIsThere = !('file' in config.data) || existsSync(resolve(project.root, config.data.file));

await useBackend();

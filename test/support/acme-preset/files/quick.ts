import { defineExperiment } from 'dl-project/config';
import type { Project } from '../src/project.ts';

/** What runs every night, to see whether the project still trains. */
export default defineExperiment<Project>({
  training: { epochs: 5 },
});

import { defineExperiment } from 'dl-project/config';
import type { Project } from '../src/project.ts';

/** A short training, to see whether an idea is worth a long one: `yarn train experiment=quick`. */
export default defineExperiment<Project>({
  training: { epochs: 20, limitBatches: 20 },
});

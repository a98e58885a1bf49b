import { defineExperiment } from 'dl-project/config';
import type { Project } from '../src/project.ts';

/** A short training, to see whether an idea is worth a long one: `npm run train experiment=quick`. */
export default defineExperiment<Project>({
  data: { trainImages: 4000 },
  training: { epochs: 3 },
});

import { defineExperiment } from 'dl-project/config';
import type { Project } from '../src/project.ts';

export default defineExperiment<Project>({ data: { images: 64 }, training: { epochs: 1 } });

import { defineExperiment } from 'dl-project/config';
import type { Project } from '../src/project.ts';

export default defineExperiment<Project>({ model: { name: 'mlp', hidden: [16] }, callbacks: { csvLogger: false } });

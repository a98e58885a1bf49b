import { type ConfigOf, defineProject } from 'dl-project/project';
import { callbacks } from './callbacks/index.ts';
import { datasets } from './data/index.ts';
import { layers } from './layers/index.ts';
import { losses } from './losses/index.ts';
import { metrics } from './metrics/index.ts';
import { models } from './models/index.ts';

/** The parts that config.ts may name: these, and the library's losses, metrics, optimizers and callbacks. */
export const project = defineProject({ root: new URL('..', import.meta.url), datasets, models, layers, losses, metrics, callbacks });

export type Project = typeof project;
/** The config as the scripts get it: every default filled in. */
export type Config = ConfigOf<Project>;

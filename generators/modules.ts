import type { ModuleGenerator } from './project/module-generator.ts';

/** A kind of module that `add` can put into a project: what a list shows without loading how it is made. */
export interface ModuleEntry {
  /** `callback`: its folder here and in `templates/`, and the word on the command line. */
  readonly name: string;
  /** One line for a list of choices. */
  readonly summary: string;
  /** Where its files lie in a project. */
  readonly folder: string;
  readonly load: () => Promise<{ readonly default: ModuleGenerator }>;
}

/** Everything that `add` knows; a new one is its two folders and a line here. */
export const modules: readonly ModuleEntry[] = [
  { name: 'model', summary: 'layers that learn', folder: 'src/models', load: () => import('./model/generator.ts') },
  { name: 'dataset', summary: 'something to learn from', folder: 'src/data', load: () => import('./dataset/generator.ts') },
  { name: 'callback', summary: 'what happens during training', folder: 'src/callbacks', load: () => import('./callback/generator.ts') },
  { name: 'tracker', summary: 'where trainings are recorded', folder: 'src/callbacks', load: () => import('./tracker/generator.ts') },
  { name: 'loss', summary: 'what training makes small', folder: 'src/losses', load: () => import('./loss/generator.ts') },
  { name: 'metric', summary: 'what else is measured', folder: 'src/metrics', load: () => import('./metric/generator.ts') },
  { name: 'layer', summary: 'a layer of your own, for models', folder: 'src/layers', load: () => import('./layer/generator.ts') },
  { name: 'experiment', summary: 'a named set of changes', folder: 'experiments', load: () => import('./experiment/generator.ts') },
  {
    name: 'compression',
    summary: 'a recipe that makes models small or fast',
    folder: 'compression',
    load: () => import('./compression/generator.ts'),
  },
  { name: 'tuning', summary: 'a study of better settings', folder: 'tuning', load: () => import('./tuning/generator.ts') },
  { name: 'deploy', summary: 'a server or a page that predicts', folder: 'deploy', load: () => import('./deploy/generator.ts') },
];

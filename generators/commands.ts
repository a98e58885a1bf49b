import type { CommandEntry } from './command-line.ts';

/** The commands, each loaded when it is called; without one of these names the first word is the folder of a new project. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'create',
    usage: 'create <folder>',
    summary: 'makes a project; the word create may be left out',
    load: () => import('./app/command.ts'),
  },
  { name: 'add', usage: 'add <module> <name>', summary: 'adds a module to the project you are in', load: () => import('./add/command.ts') },
  {
    name: 'remove',
    usage: 'remove <module> <name>',
    summary: 'takes a module out that add put in',
    load: () => import('./remove/command.ts'),
  },
  { name: 'list', usage: 'list', summary: 'shows the kinds of modules, and what the project has', load: () => import('./list/command.ts') },
];

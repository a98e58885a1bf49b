import { DlError } from '../../core/errors.ts';
import { didYouMean } from '../../core/nearest.ts';
import { loadEnvironmentFile } from '../../runs/load-environment-file.ts';
import type { Command } from '../command.ts';
import { bestOfStudy } from './study/best.ts';
import { compactStudy } from './study/compact.ts';
import { exportStudy } from './study/export.ts';
import { importIntoStudy } from './study/import.ts';
import { importanceInStudy } from './study/importance.ts';
import { listOfStudies } from './study/list.ts';
import { reportOfStudy } from './study/report.ts';
import { statusOfStudy } from './study/status.ts';
import type { StudyAction } from './study/study-action.ts';
import { workOnStudy } from './study/worker.ts';

/** What can be done with a study; a new one is its file and a line here. */
const actions: readonly StudyAction[] = [
  listOfStudies,
  statusOfStudy,
  bestOfStudy,
  importanceInStudy,
  reportOfStudy,
  exportStudy,
  importIntoStudy,
  compactStudy,
  workOnStudy,
];

const help = actions.map((action) => `dl-project study ${action.usage.padEnd(36)}   ${action.summary}`).join('\n');

/** `dl-project study`: what is known of the studies of this project, and what can be done with them. */
export const study: Command = {
  help,
  async run([name, ...args]) {
    loadEnvironmentFile(process.cwd());
    const action = actions.find((one) => one.name === name);
    if (action) return action.run(args, `dl-project study ${action.usage}   ${action.summary}`);
    const names = actions.map((one) => one.name);
    throw new DlError('usage', `study takes ${names.join(', ')}.${name === undefined ? '' : didYouMean(name, names)}\n${help}`);
  },
};

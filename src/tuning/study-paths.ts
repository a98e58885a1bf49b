import { join } from 'node:path';

/** Where the trials of a study lie: its journal and their runs. Below `runs/`, which git does not keep. */
export function studyFolder(root: string, name: string): string {
  return join(root, 'runs', 'tuning', name);
}

/** The study itself, in Optuna's format. */
export function studyJournal(root: string, name: string): string {
  return join(studyFolder(root, name), 'journal.log');
}

/** The results as a table, beside the study's file: to be kept. */
export function studyTable(root: string, name: string): string {
  return join(root, 'tuning', `${name}.csv`);
}

import { DlError } from '../../core/errors.ts';
import { writeReport } from '../../reporting/html/write-report.ts';
import { findDefaultRun, findRun, shownFolder } from '../../runs/find-run.ts';
import type { Command } from '../command.ts';

const help = `dl-project report               write report.html of the newest finished training anew
dl-project report run=<id>      of another: its id, a part of it, or a path`;

/** `dl-project report`: makes the page of a run from its files. */
export const report: Command = {
  help,
  async run(args) {
    const [word = '', ...rest] = args.map((arg) => arg.replace(/^--/, ''));
    if (rest.length > 0 || (word !== '' && !/^run=./.test(word))) throw new DlError('usage', `report takes a run.\n${help}`);
    const root = process.cwd();
    const { folder } = word ? findRun(root, word.slice('run='.length)) : findDefaultRun(root);
    process.stdout.write(`  report: ${shownFolder(root, writeReport(folder))}\n`);
    return 0;
  },
};

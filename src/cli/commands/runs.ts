import { DlError } from '../../core/errors.ts';
import { describeRuns } from '../../reporting/describe-runs.ts';
import { listRuns } from '../../runs/find-run.ts';
import { scriptCommand } from '../../runs/script-command.ts';
import type { Command } from '../command.ts';

const help = `dl-project runs [count | all]     print the newest trainings of this project (20), and mean and deviation over seeds;
                                  all: every run, those of studies and trial runs too`;

/** `dl-project runs`: what was trained, newest first. */
export const runs: Command = {
  help,
  async run(args) {
    const [which = '20', ...rest] = args;
    const count = which === 'all' ? Number.POSITIVE_INFINITY : Number(which);
    if (rest.length > 0 || !(count >= 1)) throw new DlError('usage', `runs takes a number of runs, or all.\n${help}`);
    const records = listRuns(process.cwd()).map(({ record }) => record);
    const shown = records.filter(({ kind }) => which === 'all' || kind === 'train').slice(0, count);
    if (shown.length === 0) throw new DlError('missing', `There is no training yet. Type: ${scriptCommand('train')}`);
    process.stdout.write(`${describeRuns(shown)}\n`);
    return 0;
  },
};

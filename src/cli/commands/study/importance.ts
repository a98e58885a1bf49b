import { DlError } from '../../../core/errors.ts';
import { formatPercent } from '../../../core/format.ts';
import { textTable } from '../../../core/text-table.ts';
import { leastTrials, paramImportances } from '../../../tuning/importance.ts';
import { readStudyLine, type StudyAction } from './study-action.ts';

/** `dl-project study importance` */
export const importanceInStudy: StudyAction = {
  name: 'importance',
  usage: 'importance <name> [json]',
  summary: 'which settings decide whether a trial is among the best tenth (PED-ANOVA); the shares add up to 100 %',
  async run(args, help) {
    const isJson = args.includes('json');
    const words = args.filter((word) => word !== 'json');
    const { study } = await readStudyLine(words, [], help);
    const complete = study.trials.filter(({ state }) => state === 'complete').length;
    if (complete < leastTrials) {
      throw new DlError('missing', `The study ${study.name} has ${complete} complete trials; what matters shows from ${leastTrials} on.`);
    }
    const importances = paramImportances(study);
    const rows = Object.entries(importances).map(([key, share]) => [key, formatPercent(share)]);
    const table = textTable([{ title: 'setting', align: 'left' }, { title: 'importance' }], rows);
    process.stdout.write(isJson ? `${JSON.stringify(importances, null, 2)}\n` : `${table}\n`);
    return 0;
  },
};

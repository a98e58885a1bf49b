import { writeFileSync } from 'node:fs';
import { DlError } from '../../../core/errors.ts';
import { formatCountOf } from '../../../core/format.ts';
import { studyAsJson } from '../../../tuning/study-json.ts';
import { trialsFrameAsCsv } from '../../../tuning/trials-frame.ts';
import { readStudyLine, type StudyAction } from './study-action.ts';

/** `dl-project study export` */
export const exportStudy: StudyAction = {
  name: 'export',
  usage: 'export <name> [out=trials.csv]',
  summary: 'its trials as a table (.csv) or everything (.json); without out= the table is printed',
  async run(args, help) {
    const { study, settings } = await readStudyLine(args, ['out'], help);
    const { out } = settings;
    if (out !== undefined && !/\.(csv|json)$/.test(out)) throw new DlError('usage', `out=${out} must end in .csv or .json.\n${help}`);
    const text = out?.endsWith('.json') ? studyAsJson(study) : trialsFrameAsCsv(study);
    if (out === undefined) process.stdout.write(text);
    else {
      writeFileSync(out, text);
      process.stdout.write(`  ${out}, ${formatCountOf(study.trials.length, 'trial')}\n`);
    }
    return 0;
  },
};

import { DlError } from '../../../core/errors.ts';
import { textTable } from '../../../core/text-table.ts';
import { scriptCommand } from '../../../runs/script-command.ts';
import { bestOf } from '../../../tuning/best-trials.ts';
import { listStudies } from '../../../tuning/read-study.ts';
import type { FrozenStudy } from '../../../tuning/storage/study-storage.ts';
import { parseSettings } from '../../parse-settings.ts';
import { countStates } from './count-states.ts';
import { showValue } from './show-value.ts';
import type { StudyAction } from './study-action.ts';

/** `dl-project study list` */
export const listOfStudies: StudyAction = {
  name: 'list',
  usage: 'list',
  summary: 'what was tuned here, and what is in storage=, a line each',
  async run(args, help) {
    const { words, settings } = parseSettings(args, ['storage'], { command: 'study list', help });
    if (words.length > 0) throw new DlError('usage', `list takes no name.\n${help}`);
    const found = await listStudies(process.cwd(), settings.storage);
    if (found.length === 0) throw new DlError('missing', `No study has begun. Type: ${scriptCommand('tune')}`);
    const left = (title: string) => ({ title, align: 'left' as const });
    const rows = found.map(({ study }) => [study.name, countStates(study.trials), study.directions.join(', '), bestValue(study)]);
    process.stdout.write(`${textTable([left('study'), left('trials'), left('to'), { title: 'best' }], rows)}\n`);
    return 0;
  },
};

function bestValue(study: FrozenStudy): string {
  const { trials, directions } = study;
  return directions.length > 1 ? '' : showValue(study, bestOf(trials, directions[0])?.value);
}

import { DlError } from '../../../core/errors.ts';
import { bestOf, paretoFront } from '../../../tuning/best-trials.ts';
import type { FrozenStudy, FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import { showValue } from './show-value.ts';
import { readStudyLine, type StudyAction } from './study-action.ts';

/** `dl-project study best` */
export const bestOfStudy: StudyAction = {
  name: 'best',
  usage: 'best <name> [json]',
  summary: 'the settings of the best trial; of a study with several directions all that nothing beats',
  async run(args, help) {
    const isJson = args.includes('json');
    const { study } = await readStudyLine(
      args.filter((word) => word !== 'json'),
      [],
      help,
    );
    const best = bestTrials(study);
    if (best.length === 0) throw new DlError('missing', `The study ${study.name} has no result yet.`);
    const shown = best.map(({ number, values, params }) => ({ number, values, params }));
    process.stdout.write(isJson ? `${JSON.stringify(shown, null, 2)}\n` : `${best.map((trial) => describe(study, trial)).join('\n')}\n`);
    return 0;
  },
};

function bestTrials({ trials, directions }: FrozenStudy): readonly FrozenTrial[] {
  if (directions.length > 1) return paretoFront(trials, directions);
  return [bestOf(trials, directions[0])].filter((trial) => trial !== undefined);
}

/** As one types them. */
function describe(study: FrozenStudy, { number, values, params }: FrozenTrial): string {
  const settings = Object.entries(params).map(([key, value]) => `${key}=${value}`);
  return `  trial ${number + 1}   ${values?.map((value) => showValue(study, value)).join(', ')}   ${settings.join(' ')}`;
}

import { formatDuration } from '../../../core/format.ts';
import { bestOf, paretoFront } from '../../../tuning/best-trials.ts';
import { journalFile } from '../../../tuning/storage/journal-file.ts';
import { journalStorage } from '../../../tuning/storage/journal-storage.ts';
import type { FrozenStudy, FrozenTrial } from '../../../tuning/storage/study-storage.ts';
import { countStates } from './count-states.ts';
import { showValue } from './show-value.ts';
import { readStudyLine, type StudyAction } from './study-action.ts';

/** `dl-project study status` */
export const statusOfStudy: StudyAction = {
  name: 'status',
  usage: 'status <name>',
  summary: 'how far it is, what runs, and why trials failed',
  async run(args, help) {
    const { study, journal } = await readStudyLine(args, [], help);
    const { isLost } = journalStorage(journalFile(journal));
    const running = study.trials.filter(({ state }) => state === 'running');
    const lines = [
      `  ${study.name}   ${countStates(study.trials)}   ${describeBest(study)}`,
      ...running.map((trial) => `  trial ${trial.number + 1}: ${isLost(trial) ? 'its process is gone' : describeRunning(study, trial)}`),
      ...causes(study.trials),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  },
};

function describeBest(study: FrozenStudy): string {
  const { trials, directions } = study;
  if (directions.length > 1) return `best: ${paretoFront(trials, directions).length} trials, none better in everything`;
  const best = bestOf(trials, directions[0]);
  return best ? `best: ${showValue(study, best.value)}, trial ${best.number + 1}` : 'no result yet';
}

function describeRunning(study: FrozenStudy, { start, intermediateValues }: FrozenTrial): string {
  const reports = Object.values(intermediateValues);
  const since = start ? `running for ${formatDuration(Date.now() - start.getTime())}` : 'running';
  return reports.length > 0 ? `${since}, ${reports.length} reports, the last ${showValue(study, reports[reports.length - 1])}` : since;
}

/** Each cause once, with how often. */
function causes(trials: readonly FrozenTrial[]): string[] {
  const failed = trials
    .filter(({ state }) => state === 'fail')
    .map(({ userAttributes }) => String(userAttributes.cause ?? 'no cause kept'));
  return [...new Set(failed)].map((cause) => `  failed ${failed.filter((one) => one === cause).length} times: ${cause}`);
}

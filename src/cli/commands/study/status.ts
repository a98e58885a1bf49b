import { formatDuration } from '../../../core/format.ts';
import { bestOf, paretoFront } from '../../../tuning/best-trials.ts';
import { causeOf } from '../../../tuning/cause-of.ts';
import type { FrozenStudy, FrozenTrial, StudyStorage } from '../../../tuning/storage/study-storage.ts';
import { countStates } from './count-states.ts';
import { showValue } from './show-value.ts';
import { readStudyLine, type StudyAction } from './study-action.ts';

/** `dl-project study status` */
export const statusOfStudy: StudyAction = {
  name: 'status',
  usage: 'status <name> [watch]',
  summary: 'how far it is, what runs, and why trials failed; watch: anew at each change, as long as a trial runs',
  async run(args, help) {
    const isWatched = args.includes('watch');
    const words = args.filter((word) => word !== 'watch');
    let { study, storage } = await readStudyLine(words, [], help);
    let before = '';
    for (;;) {
      const text = describe(study, storage);
      if (text !== before) process.stdout.write(text);
      before = text;
      if (!isWatched || !study.trials.some(({ state }) => state === 'running')) return 0;
      await storage.waitForChange(study.id);
      study = (await storage.study(study.id)) ?? study;
    }
  },
};

function describe(study: FrozenStudy, { isLost }: StudyStorage): string {
  const running = study.trials.filter(({ state }) => state === 'running');
  const lines = [
    `  ${study.name}   ${countStates(study.trials)}   ${describeBest(study)}`,
    ...running.map((trial) => `  trial ${trial.number + 1}: ${isLost(trial) ? 'its process is gone' : describeRunning(study, trial)}`),
    ...causes(study.trials),
  ];
  return `${lines.join('\n')}\n`;
}

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
  const failed = trials.filter(({ state }) => state === 'fail').map((trial) => causeOf(trial) ?? 'no cause kept');
  return [...new Set(failed)].map((cause) => `  failed ${failed.filter((one) => one === cause).length} times: ${cause}`);
}

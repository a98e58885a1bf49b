import { availableParallelism } from 'node:os';
import { parseDuration } from '../callbacks/parse-duration.ts';
import type { AnyConfig } from '../config/config-types.ts';
import type { Overrides } from '../config/resolve-config.ts';
import { DlError } from '../core/errors.ts';
import { writeStudyReport } from '../reporting/html/study/write-study-report.ts';
import type { Run } from '../runs/run.ts';
import { scriptCommand } from '../runs/script-command.ts';
import { writeFileAtomically } from '../runs/write-file-atomically.ts';
import { bestOf } from './best-trials.ts';
import { createStudy } from './create-study.ts';
import { cvResultsAsCsv } from './cv-results.ts';
import { keepBestCheckpoints } from './keep-best-checkpoints.ts';
import { overridesOf, planTrials, type StudyPlan } from './plan-trials.ts';
import { memoryJournal } from './storage/journal.ts';
import { journalFile } from './storage/journal-file.ts';
import { journalStorage } from './storage/journal-storage.ts';
import type { FrozenTrial } from './storage/study-storage.ts';
import type { Study } from './study.ts';
import type { ProjectStudy } from './study-definition.ts';
import { checkFingerprint, fingerprintOf, wordsKey } from './study-fingerprint.ts';
import { studyFolder, studyJournal, studyTable } from './study-paths.ts';
import { StudyScreen } from './study-screen.ts';
import { trialsAsCsv } from './trial-table.ts';
import type { Train } from './workers/train-trial.ts';
import { refitBest, trainingObjective } from './workers/training-objective.ts';
import { isTrialProcess, serveTrial } from './workers/trial-process.ts';

/** What a study found. */
export interface StudyResult {
  /** The settings of the best trial, as `from-study=<name>` takes them. */
  readonly best: Overrides;
  /** Its value of the study's scoring. */
  readonly bestValue: number;
  readonly trials: readonly FrozenTrial[];
}

export interface RunStudyOptions {
  /** How many trainings run at the same time; 0: as the study says. @default 0 */
  readonly workers?: number;
}

/**
 * Trains once per trial of a study and says which settings were best. Each training is the script that calls this, started again in a process of its own;
 * without a script, as in tests, it is done here. Goes on where it was stopped: what has a result is not trained again, what was killed goes on from its checkpoint.
 * Several processes may be at one study.
 * Everything is kept in `runs/tuning/<name>/`, of the checkpoints only those of the best training, with a report; the table also in
 * `tuning/<name>.csv`. With a switch such as `fast-dev-run` every trial is tried so, and the study keeps nothing of it.
 *
 * @param config what the trials have in common
 * @throws DlError `config` or `refused` before the first training, where study and config do not go together;
 * `refused` where every trial failed
 */
export async function runStudy<Config>(
  study: ProjectStudy,
  train: Train<Config>,
  config: Config,
  run: Run<Config>,
  options: RunStudyOptions = {},
): Promise<StudyResult> {
  const base = config as AnyConfig;
  const context = { study, train, config: base, parent: run };
  if (isTrialProcess()) return serveTrial(context);
  const plan = planTrials(study, base);
  const { name, retries = 1, maxTrials, stopWhen } = study;
  const folder = run.shown(studyFolder(run.root, name));
  const isKept = !run.switches.fastDevRun && run.switches.overfitBatches === 0;
  const storage = journalStorage(isKept ? journalFile(studyJournal(run.root, name)) : memoryJournal());
  const { space, sampler, pruner, direction } = plan;
  const search = await createStudy({
    ...{ name, storage, direction, sampler, pruner, retries, maxTrials, stopWhen },
    reuseValues: true, // equal settings give equal bits
    loadIfExists: true,
  });
  await checkFingerprint(search, fingerprintOf(study, plan, base), folder);
  if (run.started) await search.setUserAttribute(wordsKey, run.started.words);

  const workers = run.started ? options.workers || study.workers || Math.min(2, availableParallelism()) : 1;
  const screen = new StudyScreen(study, plan, workers, run);
  screen.begin(await search.trials(), await search.bestTrial());
  await search.optimize(trainingObjective(context, plan, { workers, onProgress: (number, values) => screen.went(number, values) }), {
    ...{ space, workers },
    timeBudgetSeconds: secondsOf(study, 'timeBudget'),
    timeoutSeconds: secondsOf(study, 'timeout'),
    onTrialEnd: async (trial) => {
      const best = await search.bestTrial();
      screen.ended(trial, trial === best);
      keepBestCheckpoints(studyFolder(run.root, name), await search.trials(), best);
      if (isKept) await writeTable(study, search, run.root);
    },
  });
  if (isKept) writeStudyReport(studyFolder(run.root, name), (await storage.studies()).find((one) => one.name === name)!);
  const result = await finish(
    study,
    plan,
    search,
    isKept ? (text) => run.print(text) : () => run.print('  Only tried: the study keeps nothing of it.'),
  );
  if (study.refit && isKept) await refitBest(context, Object.fromEntries(result.best));
  return result;
}

function secondsOf(study: ProjectStudy, key: 'timeBudget' | 'timeout'): number | undefined {
  const text = study[key];
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds) return seconds;
  throw new DlError('config', `tuning/${study.name}.ts: ${key} is ${JSON.stringify(text)}, which is no time. Write 90s, 30m, 2h or 1h30m.`);
}

async function finish(study: ProjectStudy, plan: StudyPlan, search: Study, print: (text: string) => void): Promise<StudyResult> {
  const trials = await search.trials();
  const best = bestOf(trials, plan.direction);
  const failed = trials.filter(({ state }) => state === 'fail');
  if (!best) {
    const cause = failed[failed.length - 1]?.userAttributes.cause ?? 'another process is at it';
    throw new DlError('refused', `No trial of the study ${study.name} has a result. The last one: ${cause}`);
  }
  const use = scriptCommand('train', `from-study=${study.name}`);
  print(
    `  ${describeEnd(trials, study, plan)}   use it: ${use}     table: tuning/${study.name}.csv\n  report: runs/tuning/${study.name}/report.html`,
  );
  return { best: overridesOf(study.space, best.params), bestValue: best.value!, trials };
}

function describeEnd(trials: readonly FrozenTrial[], { sampler }: ProjectStudy, { trialCount }: StudyPlan): string {
  const count = (state: FrozenTrial['state']) => trials.filter((trial) => trial.state === state).length;
  const over = count('complete') + count('pruned');
  const early = count('pruned') > 0 ? `, ${count('pruned')} of them ended early` : '';
  if (trialCount === undefined) return `${over} done${early}.`;
  const again =
    over < trialCount ? (sampler === 'grid' ? '   the others are tried again by the same command' : '   the others failed') : '';
  return `${over} of ${trialCount} done${early}.${again}`;
}

async function writeTable(study: ProjectStudy, search: Study, root: string): Promise<void> {
  const asCsv = study.cv ? cvResultsAsCsv : trialsAsCsv;
  writeFileAtomically(studyTable(root, study.name), asCsv(study, await search.trials(), search.directions[0]));
}

import { availableParallelism } from 'node:os';
import type { AnyConfig } from '../config/config-types.ts';
import type { Overrides } from '../config/resolve-config.ts';
import { showValue } from '../config/show-value.ts';
import { DlError } from '../core/errors.ts';
import { writeStudyReport } from '../reporting/html/study/write-study-report.ts';
import type { Run } from '../runs/run.ts';
import { scriptCommand } from '../runs/script-command.ts';
import { writeFileAtomically } from '../runs/write-file-atomically.ts';
import { bestOf } from './best-trials.ts';
import { causeOf } from './cause-of.ts';
import { checkStudy, secondsOf } from './check-study.ts';
import { createStudy } from './create-study.ts';
import { cvResultsAsCsv } from './cv-results.ts';
import { keepBestCheckpoints } from './keep-best-checkpoints.ts';
import { isFound, isRetry } from './limits.ts';
import { namedStorage } from './named-storage.ts';
import { overridesOf, planTrials, type StudyPlan } from './plan-trials.ts';
import { memoryJournal } from './storage/journal.ts';
import { journalFile } from './storage/journal-file.ts';
import { journalStorage } from './storage/journal-storage.ts';
import type { Direction, FrozenTrial } from './storage/study-storage.ts';
import { workerId } from './storage/worker-id.ts';
import type { Study } from './study.ts';
import type { ProjectStudy } from './study-definition.ts';
import { checkFingerprint, fingerprintOf, wordsKey } from './study-fingerprint.ts';
import { studyFolder, studyJournal, studyTable } from './study-paths.ts';
import { StudyScreen } from './study-screen.ts';
import { studyWords } from './study-words.ts';
import { trialsAsCsv, type WrittenRows } from './trial-table.ts';
import type { Train } from './workers/train-trial.ts';
import { refitBest, trainingObjective } from './workers/training-objective.ts';
import { isTrialProcess, serveTrial } from './workers/trial-process.ts';

/** What a study found. */
export interface StudyResult {
  /** The settings of the best trial, as `from-study=<name>` takes them. */
  readonly best: Overrides;
  /** Its value of the study's scoring; NaN where the process was asked to leave before there was one. */
  readonly bestValue: number;
  readonly trials: readonly FrozenTrial[];
}

export interface RunStudyOptions {
  /** How many trainings run at the same time; 0: as the study says. @default 0 */
  readonly workers?: number;
  /** A database, `postgres://user@host/database`. @default `DL_STUDY_STORAGE`, or what the study says, or a journal in `runs/tuning/` */
  readonly storage?: string;
  /** How many trainings this call begins; 0: as many as are left. @default 0 */
  readonly trials?: number;
  /** No training begins later: `2h`. @default as the study says */
  readonly timeBudget?: string;
}

/**
 * Trains once per trial of a study and says which settings were best. Each training is the script that calls this, started again in a process of its own;
 * without a script, as in tests, it is done here. Goes on where it was stopped: what has a result is not trained again, what was killed goes on from its checkpoint.
 * Several processes may be at one study, which each of them sees to its end. One that is asked to leave (SIGTERM, SIGUSR1) puts back what it runs and returns.
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
  checkOptions(options);
  checkStudy(study);
  const timeBudgetSeconds = secondsOf(study, 'timeBudget', options.timeBudget || study.timeBudget);
  const timeoutSeconds = secondsOf(study, 'timeout', study.timeout);
  const plan = planTrials(study, base);
  const { name, retries = 1, maxTrials, stopWhen } = study;
  const isKept = !run.switches.fastDevRun && run.switches.overfitBatches === 0;
  const named = isKept ? namedStorage(options.storage, study.storage) : undefined;
  const storage = named ?? journalStorage(isKept ? journalFile(studyJournal(run.root, name)) : memoryJournal());
  const { space, sampler, pruner, direction } = plan;
  const search = await createStudy({
    ...{ name, storage, direction, sampler, pruner: pruner ?? 'none', retries, maxTrials, stopWhen },
    reuseValues: true, // equal settings give equal bits
    loadIfExists: true,
  });
  const remedy = named ? 'name another database' : `delete ${run.shown(studyFolder(run.root, name))} to begin it anew`;
  await checkFingerprint(search, fingerprintOf(study, plan, base), remedy);
  if (!(await search.metricNames())) await search.setMetricNames([study.scoring]); // as Optuna's dashboard and plots show it
  if (run.started) await search.setUserAttribute(wordsKey, studyWords(run.started.words));

  const workers = run.started ? options.workers || study.workers || Math.min(2, availableParallelism()) : 1;
  const leaving = run.started?.leaving() ?? new AbortController().signal;
  const screen = new StudyScreen(study, plan, workers, run);
  screen.begin(await search.trials(), await search.bestTrial());
  const keepBest = keepBestCheckpoints(studyFolder(run.root, name));
  const written: WrittenRows = new WeakMap();
  const show = async () => {
    const best = await search.bestTrial();
    const trials = await search.trials();
    screen.show(trials, best);
    keepBest(trials, best);
    if (!isKept) return;
    const table = study.cv ? cvResultsAsCsv(study, trials, direction) : trialsAsCsv(study, trials, direction, written);
    writeFileAtomically(studyTable(run.root, name), table);
  };
  const before = await search.trials();
  const onProgress = (number: number, values: readonly number[]) => screen.went(number, values);
  await search.optimize(trainingObjective(context, plan, { workers, leaving, onProgress }), {
    ...{ space, workers, signal: leaving, waitForOthers: true, onChange: show, onTrialEnd: show },
    trials: options.trials || undefined,
    timeBudgetSeconds,
    timeoutSeconds,
  });
  if (isKept) writeStudyReport(studyFolder(run.root, name), (await storage.study(name))!);
  const result = leaving.aborted ? await left(study, search) : await finish(study, plan, search);
  run.print(isKept ? `  ${result.said}` : '  Only tried: the study keeps nothing of it.');
  const isSeenToItsEnd = isKept && !leaving.aborted && !options.trials;
  if (study.refit && isSeenToItsEnd && isOursToRefit(before, result.trials)) await refitBest(context, Object.fromEntries(result.best));
  await named?.close();
  return result;
}

/** The words of a call, where 0 leaves it to the study. */
function checkOptions({ workers = 0, trials = 0 }: RunStudyOptions): void {
  for (const [key, value] of Object.entries({ workers, trials })) {
    if (Number.isInteger(value) && value >= 0) continue;
    throw new DlError('usage', `${key} is ${showValue(value)}; it must be a whole number, at least 1, or 0 for what the study says.`);
  }
}

/** Of several processes that see the study to its end only the one refits that ran the last trial. */
function isOursToRefit(before: readonly FrozenTrial[], trials: readonly FrozenTrial[]): boolean {
  const wasOver = new Set(before.filter(({ complete }) => complete).map(({ number }) => number));
  const [last] = trials
    .filter(({ complete, number }) => complete && !wasOver.has(number))
    .sort((a, b) => b.complete!.getTime() - a.complete!.getTime());
  return last === undefined || last.workerId === workerId;
}

type Ended = StudyResult & { readonly said: string };

async function left(study: ProjectStudy, search: Study): Promise<Ended> {
  const trials = await search.trials();
  const best = await search.bestTrial();
  const found = best ? { best: overridesOf(study.space, best.params), bestValue: best.value! } : { best: [], bestValue: Number.NaN };
  const waiting = trials.filter(({ state }) => state === 'waiting').length;
  return { ...found, trials, said: `Asked to leave: ${waiting} ${waiting === 1 ? 'trial waits' : 'trials wait'} for another process.` };
}

async function finish(study: ProjectStudy, plan: StudyPlan, search: Study): Promise<Ended> {
  const trials = await search.trials();
  const best = bestOf(trials, plan.direction);
  const failed = trials.filter(({ state }) => state === 'fail');
  if (!best) {
    const cause = failed.length > 0 ? causeOf(failed[failed.length - 1]) : 'another process is at it';
    throw new DlError('refused', `No trial of the study ${study.name} has a result. The last one: ${cause}`);
  }
  const use = scriptCommand('train', `from-study=${study.name}`);
  const files = `table: tuning/${study.name}.csv\n  report: runs/tuning/${study.name}/report.html`;
  const said = `${describeEnd(trials, study, plan)}   use it: ${use}     ${files}`;
  return { best: overridesOf(study.space, best.params), bestValue: best.value!, trials, said };
}

function describeEnd(trials: readonly FrozenTrial[], study: ProjectStudy, { trialCount, direction }: StudyPlan): string {
  const count = (state: FrozenTrial['state']) => trials.filter((trial) => trial.state === state).length;
  const over = count('complete') + count('pruned');
  const early = count('pruned') > 0 ? `, ${count('pruned')} of them ended early` : '';
  if (trialCount === undefined) return `${over} done${early}.`;
  return `${over} of ${trialCount} done${early}.${over < trialCount ? `   ${othersOf(trials, study, trialCount, direction)}` : ''}`;
}

/** What became of the trials that are not done, or will. */
function othersOf(trials: readonly FrozenTrial[], study: ProjectStudy, trialCount: number, direction: Direction): string {
  if (isFound({ trials, directions: [direction] }, study)) return 'that is enough: stopWhen';
  const begun = trials.filter((trial) => trial.state !== 'waiting' && !isRetry(trial)).length;
  if (begun < trialCount) return 'the same command goes on';
  return study.sampler === 'grid' ? 'the others are tried again by the same command' : 'the others failed';
}

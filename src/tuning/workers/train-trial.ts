import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { engine, type Variable } from '@tensorflow/tfjs-core';
import { useBackend } from '../../backend/use-backend.ts';
import type { Logs } from '../../callbacks/callback.ts';
import type { AnyConfig } from '../../config/config-types.ts';
import { DlError } from '../../core/errors.ts';
import { createRun, reopenRun, type StartedRun } from '../../runs/create-run.ts';
import { clearBeforeResuming, interruptedRunAt } from '../../runs/resume-run.ts';
import type { Run } from '../../runs/run.ts';
import { trialConfig } from '../plan-trials.ts';
import type { ProjectStudy } from '../study-definition.ts';
import { studyFolder } from '../study-paths.ts';
import type { FoldResult, TrialJob, TrialWatcher } from './trial-job.ts';

/** A project's `train`. */
export type Train<Config> = (config: Config, run: Run<Config>) => Logs | Promise<Logs>;

/** What every training of a study has in common. */
export interface TrialContext<Config> {
  readonly study: ProjectStudy;
  readonly train: Train<Config>;
  /** Before the trial's settings. */
  readonly config: AnyConfig;
  /** The run of the script that runs the study. */
  readonly parent: Run<Config>;
}

/** Does a job in this process. @returns what it is judged by: the scoring of its best epoch, or the mean over the folds */
export async function trainTrial<Config>(job: TrialJob, context: TrialContext<Config>, watcher: TrialWatcher): Promise<number> {
  const { cv } = context.study;
  if (!cv || job.kind === 'refit') return (await trainOnce(job, 0, context, watcher)).score;
  const folds: FoldResult[] = [...job.folds];
  while (folds.length < cv.folds) {
    const begin = performance.now();
    const result = await trainOnce(job, folds.length, context, watcher);
    folds.push({ ...result, seconds: (performance.now() - begin) / 1000 });
    if ((await watcher.onFold(folds)) !== undefined) break;
  }
  return folds.reduce((sum, { score }) => sum + score, 0) / folds.length;
}

/** One training, in a run of its own; what it leaves in memory is freed. */
async function trainOnce<Config>(
  job: TrialJob,
  fold: number,
  context: TrialContext<Config>,
  watcher: TrialWatcher,
): Promise<Omit<FoldResult, 'seconds'>> {
  const { study, train } = context;
  const { run, end } = await begin(job, fold, context);
  watcher.onRun(run.shown(run.folder));
  let scoreSeconds: number | undefined;
  const watch = (history: readonly Logs[], validationSeconds: number) => {
    scoreSeconds = validationSeconds;
    return watcher.onEpoch(history.map((logs) => logs[study.scoring]));
  };
  const before = new Set(Object.values(engine().registeredVariables));
  try {
    const logs = await train(run.config as Config, { ...run, watch } as Run<Config>);
    end('finished', { result: { ...logs } });
    if (study.cv && job.kind === 'trial') rmSync(run.path('checkpoints'), { recursive: true, force: true });
    return { score: scoreOf(logs, study), scoreSeconds };
  } catch (error) {
    end('failed', { error: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    disposeVariables((variable) => !before.has(variable));
  }
}

/** A new run, or that of a try before which was killed. */
async function begin<Config>(job: TrialJob, fold: number, { study, config, parent }: TrialContext<Config>): Promise<StartedRun<AnyConfig>> {
  const backend = await useBackend();
  const { root, switches } = parent;
  if (job.kind === 'refit') {
    const settled = trialConfig({ ...study, cv: undefined }, config, job.settings);
    return createRun({ root, config: settled, kind: 'train', switches, script: 'train', backend });
  }
  const ownConfig = trialConfig(study, config, job.settings, fold);
  // Only the name counts: a journal, which anyone may write, must not say which folders are written.
  const interrupted =
    job.run === undefined || study.cv ? undefined : interruptedRunAt(join(studyFolder(root, study.name), basename(job.run)));
  if (interrupted) {
    clearBeforeResuming(interrupted);
    return reopenRun(interrupted, { root, config: ownConfig, backend });
  }
  return createRun({ root, config: ownConfig, kind: 'trial', group: `tuning/${study.name}`, script: 'tune', backend, switches });
}

function scoreOf(logs: Logs | undefined, { name, scoring }: ProjectStudy): number {
  const given = typeof logs === 'object' && logs !== null ? logs : {};
  if (Object.hasOwn(given, scoring)) return given[scoring];
  const others = Object.keys(given).join(', ');
  throw new DlError(
    'config',
    `tuning/${name}.ts: train returned no ${scoring}, ${others ? `only ${others}` : 'and nothing else'}. Return what trainer.fit gives.`,
  );
}

/** `train` returns numbers only, so that nobody else can free the model that it made. */
function disposeVariables(isOurs: (variable: Variable) => boolean): void {
  for (const variable of Object.values(engine().registeredVariables)) if (isOurs(variable)) variable.dispose();
}

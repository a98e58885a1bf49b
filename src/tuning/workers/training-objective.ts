import { availableParallelism } from 'node:os';
import { scriptCommand } from '../../runs/script-command.ts';
import type { StudyPlan } from '../plan-trials.ts';
import { settingsOf } from '../search-space-of.ts';
import type { Objective, Outcome } from '../study.ts';
import { trialWords } from '../study-words.ts';
import { runInChild } from './run-in-child.ts';
import { type TrialContext, trainTrial } from './train-trial.ts';
import type { FoldResult, TrialJob, TrialWatcher } from './trial-job.ts';

/** A trial that is to be put back ends with its epoch, or after so long. Kubernetes gives 30 seconds for all of it. */
const lastMilliseconds = 15_000;

interface ObjectiveOptions {
  /** How many trials run at the same time. */
  readonly workers: number;
  /** Says that this process leaves: what runs is put back, with its checkpoint. */
  readonly leaving: AbortSignal;
  /** A trial has begun or gone on. @param values the scoring after each epoch or fold so far */
  onProgress(trialNumber: number, values: readonly number[]): void;
}

/** Trains with the settings of a trial, reports each epoch or fold, and stops where the pruner says so. */
export function trainingObjective<Config>(
  context: TrialContext<Config>,
  plan: StudyPlan,
  { workers, leaving, onProgress }: ObjectiveOptions,
): Objective {
  const { study, parent } = context;
  return async (trial) => {
    const { run, folds = [] } = trial.userAttributes as { run?: string; folds?: readonly FoldResult[] };
    const job: TrialJob = { kind: 'trial', settings: settingsOf(study.space, trial.params), run, folds };
    let reported = 0;
    let isPruned = false;
    const leave = new AbortController();
    const leaveSoon = () => setTimeout(() => leave.abort(), lastMilliseconds).unref();
    if (leaving.aborted) leaveSoon();
    else leaving.addEventListener('abort', leaveSoon);
    const report = async (values: readonly number[]) => {
      for (; reported < values.length; reported++) trial.report(values[reported], reported);
      onProgress(trial.number, values);
      if (leaving.aborted) leave.abort(); // the epoch's checkpoint is written, the next one has not begun
      isPruned = plan.pruner !== undefined && (await trial.shouldPrune());
      return isPruned ? 'the study has seen better ones' : undefined;
    };
    const watcher: TrialWatcher = {
      onRun: (shown) => trial.setUserAttribute('run', shown),
      onEpoch: async (values) => (study.cv ? undefined : report(values)),
      onFold: (results) => {
        trial.setUserAttribute('folds', results);
        return report(results.map(({ score }) => score));
      },
    };
    onProgress(trial.number, []);
    const started = parent.started && { ...parent.started, words: trialWords(parent.started.words) };
    const threads = workers > 1 ? Math.max(1, Math.floor(availableParallelism() / workers)) : undefined;
    const outcome: Outcome = started
      ? await runInChild(job, { started, threads, signal: trial.signal, leave: leave.signal }, watcher)
      : await trainTrial(job, context, watcher);
    leaving.removeEventListener('abort', leaveSoon);
    if (leaving.aborted && typeof outcome === 'object') return { state: 'waiting' };
    return isPruned ? { state: 'pruned' } : outcome;
  };
}

/** Trains the best settings as an ordinary training, which `evaluate` and the other scripts then take. */
export async function refitBest<Config>(context: TrialContext<Config>, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const { parent } = context;
  let folder = '';
  const watcher: TrialWatcher = {
    onRun: (shown) => {
      folder = shown;
    },
    onEpoch: async () => undefined,
    onFold: async () => undefined,
  };
  const job: TrialJob = { kind: 'refit', settings, folds: [] };
  const signal = new AbortController().signal;
  const started = parent.started && { ...parent.started, words: trialWords(parent.started.words) };
  const outcome = started
    ? await runInChild(job, { started, threads: undefined, signal }, watcher)
    : await trainTrial(job, context, watcher);
  const failed = typeof outcome === 'object' && 'cause' in outcome ? `failed: ${outcome.cause}` : `judge it: ${scriptCommand('evaluate')}`;
  parent.print(`  the best settings, trained once more: ${folder}   ${failed}`);
}

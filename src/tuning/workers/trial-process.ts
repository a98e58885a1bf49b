import { DlError } from '../../core/errors.ts';
import { leavingSignals } from '../../runs/script-process.ts';
import { describeThrown } from '../describe-thrown.ts';
import { type TrialContext, trainTrial } from './train-trial.ts';
import type { FoldResult, TrialJob, TrialWatcher } from './trial-job.ts';

/** Set in the process of a trial. */
export const trialVariable = 'DL_TRIAL';

/** What the process of a trial tells the study. */
export type TrialMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'run'; readonly shown: string }
  | { readonly kind: 'epoch'; readonly values: readonly number[] }
  | { readonly kind: 'fold'; readonly folds: readonly FoldResult[] }
  | { readonly kind: 'done'; readonly value: number }
  | { readonly kind: 'failed'; readonly cause: string; readonly isFinal: boolean };

/** What the study tells it: what to do, and after each epoch and fold whether to go on. */
export type StudyMessage = { readonly kind: 'job'; readonly job: TrialJob } | { readonly kind: 'verdict'; readonly stop: string | null };

/** Whether this process was started for one trial. */
export function isTrialProcess(): boolean {
  return process.env[trialVariable] !== undefined && process.send !== undefined;
}

/** Does the one job of this process. It ends when the study's process is gone: the next one goes on from the checkpoint. */
export async function serveTrial<Config>(context: TrialContext<Config>): Promise<never> {
  process.on('disconnect', () => process.exit(1));
  for (const name of leavingSignals) if (name !== 'SIGTERM') process.on(name, () => {}); // meant for the study, which then asks
  const received = messages();
  tell({ kind: 'ready' });
  const first = await received();
  if (first.kind !== 'job') throw new Error('A trial got no job.');
  const verdict = async (message: TrialMessage) => {
    tell(message);
    const answer = await received();
    return answer.kind === 'verdict' ? (answer.stop ?? undefined) : undefined;
  };
  const watcher: TrialWatcher = {
    onRun: (shown) => void tell({ kind: 'run', shown }),
    onEpoch: (values) => verdict({ kind: 'epoch', values }),
    onFold: (folds) => verdict({ kind: 'fold', folds }),
  };
  try {
    await tell({ kind: 'done', value: await trainTrial(first.job, context, watcher) });
  } catch (error) {
    const isFinal = error instanceof DlError && error.code === 'diverged';
    await tell({ kind: 'failed', cause: describeThrown(error), isFinal });
  }
  process.exit();
}

/** Waits until the message is on its way. */
function tell(message: TrialMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

/** One message after the other. */
function messages(): () => Promise<StudyMessage> {
  const waiting: StudyMessage[] = [];
  let wanted: ((message: StudyMessage) => void) | undefined;
  process.on('message', (message: StudyMessage) => {
    if (wanted) wanted(message);
    else waiting.push(message);
    wanted = undefined;
  });
  return () =>
    new Promise((resolve) => {
      const message = waiting.shift();
      if (message) resolve(message);
      else wanted = resolve;
    });
}

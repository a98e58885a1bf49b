import { backupAndRestore } from './backup-and-restore.ts';
import { csvLogger } from './csv-logger.ts';
import { earlyStopping } from './early-stopping.ts';
import { learningRateScheduler } from './learning-rate-scheduler.ts';
import { modelCheckpoint } from './model-checkpoint.ts';
import { progress } from './progress.ts';
import { terminateOnNaN } from './terminate-on-nan.ts';

/**
 * The callbacks that every project may name, in the order in which they are called: what may end the training first, then what
 * writes, what shows, and last what saves the state of all the others. A new one is its file and a line here.
 */
export const builtinCallbacks = [
  terminateOnNaN,
  learningRateScheduler,
  earlyStopping,
  modelCheckpoint,
  csvLogger,
  progress,
  backupAndRestore,
] as const;

/** Those that are on by themselves; `callbacks: { progress: false }` in config.ts switches one off. */
export const defaultCallbacks = [
  'terminateOnNaN',
  'modelCheckpoint',
  'progress',
  'backupAndRestore',
] as const satisfies readonly (typeof builtinCallbacks)[number]['name'][];

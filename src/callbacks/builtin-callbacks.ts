import { jsonLogger } from '../tracking/json-logger.ts';
import { mlflow } from '../tracking/mlflow.ts';
import { tensorBoard } from '../tracking/tensor-board.ts';
import { backupAndRestore } from './backup-and-restore.ts';
import { batchSizeFinder } from './batch-size-finder.ts';
import { csvLogger } from './csv-logger.ts';
import { defineTracker } from './define-tracker.ts';
import { earlyStopping } from './early-stopping.ts';
import { gradientAccumulationScheduler } from './gradient-accumulation-scheduler.ts';
import { learningRateFinder } from './learning-rate-finder.ts';
import { learningRateScheduler } from './learning-rate-scheduler.ts';
import { modelCheckpoint } from './model-checkpoint.ts';
import { modelSummary } from './model-summary.ts';
import { profiler } from './profiler.ts';
import { progress } from './progress.ts';
import { reduceLROnPlateau } from './reduce-lr-on-plateau.ts';
import { report } from './report.ts';
import { stochasticWeightAveraging } from './stochastic-weight-averaging.ts';
import { swapEMAWeights } from './swap-ema-weights.ts';
import { terminateOnNaN } from './terminate-on-nan.ts';
import { throughputMonitor } from './throughput-monitor.ts';
import { timer } from './timer.ts';
import { unfreeze } from './unfreeze.ts';

/**
 * The callbacks that every project may name, in the order in which they are called: what may end the training first, then what
 * writes, what shows, and last what saves the state of all the others. A new one is its file and a line here.
 */
export const builtinCallbacks = [
  learningRateFinder,
  batchSizeFinder,
  terminateOnNaN,
  unfreeze,
  learningRateScheduler,
  gradientAccumulationScheduler,
  swapEMAWeights,
  stochasticWeightAveraging,
  reduceLROnPlateau,
  earlyStopping,
  timer,
  modelCheckpoint,
  csvLogger,
  defineTracker(jsonLogger),
  defineTracker(tensorBoard),
  defineTracker(mlflow),
  throughputMonitor,
  profiler,
  modelSummary,
  report,
  progress,
  backupAndRestore,
] as const;

/** Those that are on by themselves; `callbacks: { progress: false }` in config.ts switches one off. */
export const defaultCallbacks = [
  'terminateOnNaN',
  'modelCheckpoint',
  'report',
  'progress',
  'backupAndRestore',
] as const satisfies readonly (typeof builtinCallbacks)[number]['name'][];

export { backupAndRestore } from './backup-and-restore.ts';
export { batchSizeFinder } from './batch-size-finder.ts';
export { builtinCallbacks, defaultCallbacks } from './builtin-callbacks.ts';
export {
  type Callback,
  type CallbackDefinition,
  defineCallback,
  type Logs,
  type TrainedBatch,
  type TrainingContext,
  type TrainingToCome,
} from './callback.ts';
export { CallbackList } from './callback-list.ts';
export { csvLogger } from './csv-logger.ts';
export { defineTracker } from './define-tracker.ts';
export { earlyStopping } from './early-stopping.ts';
export { gradientAccumulationScheduler } from './gradient-accumulation-scheduler.ts';
export { lambdaCallback } from './lambda-callback.ts';
export { learningRateFinder } from './learning-rate-finder.ts';
export { learningRateScheduler } from './learning-rate-scheduler.ts';
export { modelCheckpoint } from './model-checkpoint.ts';
export { modelSummary } from './model-summary.ts';
export { EpochMonitor, type Monitor, type Monitored, resolveMonitored } from './monitor.ts';
export { profiler } from './profiler.ts';
export { progress } from './progress.ts';
export { reduceLROnPlateau } from './reduce-lr-on-plateau.ts';
export { report } from './report.ts';
export { stochasticWeightAveraging } from './stochastic-weight-averaging.ts';
export { swapEMAWeights } from './swap-ema-weights.ts';
export { terminateOnNaN } from './terminate-on-nan.ts';
export { throughputMonitor } from './throughput-monitor.ts';
export { timer } from './timer.ts';
export { unfreeze } from './unfreeze.ts';

export { bestOverrides } from './best-overrides.ts';
export { createStudy, type StudyOptions } from './create-study.ts';
export type { Choice, Distribution, NumberDistribution, NumberOptions } from './distribution.ts';
export {
  type GridSearchOptions,
  gridSearch,
  isStudyDefinition,
  type ProjectStudy,
  type Scoring,
  type Space,
  type StudyDefinition,
} from './grid-search.ts';
export type { StopRules, StudyLimits } from './limits.ts';
export { type HyperbandOptions, hyperbandPruner } from './pruners/hyperband-pruner.ts';
export { medianPruner } from './pruners/median-pruner.ts';
export { type PatientOptions, patientPruner } from './pruners/patient-pruner.ts';
export { type PercentileOptions, percentilePruner } from './pruners/percentile-pruner.ts';
export type { Pruner } from './pruners/pruner.ts';
export type { PruningSteps } from './pruners/reported.ts';
export { type SuccessiveHalvingOptions, successiveHalvingPruner } from './pruners/successive-halving-pruner.ts';
export { type ThresholdOptions, thresholdPruner } from './pruners/threshold-pruner.ts';
export { type WilcoxonOptions, wilcoxonPruner } from './pruners/wilcoxon-pruner.ts';
export { runStudy, type StudyResult, type Train } from './run-study.ts';
export { type Grid, gridSampler } from './samplers/grid-sampler.ts';
export { randomSampler } from './samplers/random-sampler.ts';
export type { Sampler } from './samplers/sampler.ts';
export type { Condition, Params, SearchSpace } from './search-space.ts';
export { type Journal, type JournalEntry, memoryJournal } from './storage/journal.ts';
export { journalFile } from './storage/journal-file.ts';
export { journalStorage } from './storage/journal-storage.ts';
export type { Leases } from './storage/leases.ts';
export type { Direction, FrozenStudy, FrozenTrial, NextTrial, StudyStorage, TrialState, TrialTemplate } from './storage/study-storage.ts';
export type { Objective, OptimizeOptions, Outcome, Study, TrialFailure } from './study.ts';
export type { Trial } from './trial.ts';
export { TrialPruned } from './trial-pruned.ts';

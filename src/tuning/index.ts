export { bestOverrides } from './best-overrides.ts';
export type { Choice, Distribution } from './distribution.ts';
export {
  type GridSearchOptions,
  gridSearch,
  isStudyDefinition,
  type ProjectStudy,
  type Scoring,
  type Space,
  type StudyDefinition,
} from './grid-search.ts';
export { type ImportanceOptions, paramImportances } from './importance.ts';
export { runStudy, type StudyResult, type Train } from './run-study.ts';
export { type CmaEsOptions, cmaEsSampler } from './samplers/cma-es-sampler.ts';
export { type GpOptions, gpSampler } from './samplers/gp-sampler.ts';
export { type Grid, gridSampler } from './samplers/grid-sampler.ts';
export { type Nsga2Options, nsga2Sampler } from './samplers/nsga2-sampler.ts';
export { quasiRandomSampler } from './samplers/quasi-random-sampler.ts';
export { randomSampler } from './samplers/random-sampler.ts';
export type { Sampler } from './samplers/sampler.ts';
export { type TpeOptions, tpeSampler } from './samplers/tpe-sampler.ts';
export { type Journal, type JournalEntry, memoryJournal } from './storage/journal.ts';
export { journalFile } from './storage/journal-file.ts';
export { journalStorage } from './storage/journal-storage.ts';
export type { Direction, FrozenStudy, FrozenTrial, StudyStorage, TrialState } from './storage/study-storage.ts';
export { createStudy, type Objective, type OptimizeOptions, type Study, type StudyOptions, type TrialFailure } from './study.ts';
export type { NumberOptions, Trial } from './trial.ts';

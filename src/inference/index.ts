export type { ColumnEncoding } from '../core/column-encoding.ts';
export { DlError } from '../core/errors.ts';
export type { KernelChoices, MeasuredKernel } from './choose-kernel.ts';
export { type LoadModelOptions, loadModel } from './load-model.ts';
export type { Model, PlannedStep } from './model.ts';
export type { ModelFeatures } from './model-features.ts';
export type { ClassPrediction, Prediction, ValuePrediction } from './prediction.ts';
export type { RawSample } from './preprocess.ts';

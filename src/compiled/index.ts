export { DlError } from '../core/errors.ts';
export type { ClassPrediction, Prediction, ValuePrediction } from '../inference/prediction.ts';
export type { RawSample } from '../inference/preprocess.ts';
export type { CompiledModel } from './compiled-model.ts';
export { loadCompiled } from './load-compiled.ts';

export type { ClassEvaluation, ClassificationEvaluation, ConfusedPair, Evaluation, RegressionEvaluation } from '../metrics/evaluation.ts';
export { type EvaluateOptions, evaluateModel } from './evaluate-model.ts';
export { ForwardPass } from './forward-pass.ts';
export type { StepResult, TestStep, TestStepContext, TrainStep, TrainStepContext } from './own-steps.ts';
export { type Prediction, predictBatch, predictOne } from './predict.ts';
export type { NamedPart } from './resolve-parts.ts';
export { Trainer, type TrainerOptions, type TrainingData } from './trainer.ts';

export { bar } from './bar.ts';
export { describeEvaluation } from './describe-evaluation.ts';
export { describePrediction } from './describe-prediction.ts';
export { type DrawImageOptions, drawImage } from './draw-image.ts';

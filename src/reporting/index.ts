export { describeSummary } from '../models/describe-summary.ts';
export { bar } from './bar.ts';
export { compressionProgress, describeCompression } from './describe-compression.ts';
export { describeEvaluation } from './describe-evaluation.ts';
export { describePrediction } from './describe-prediction.ts';
export { type DrawImageOptions, drawImage } from './draw-image.ts';
export { writeReport } from './html/write-report.ts';
export { recordEvaluation } from './record-evaluation.ts';
export { showDownload } from './show-download.ts';

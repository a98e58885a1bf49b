import { accuracy } from './accuracy.ts';
import { f1Score } from './f1-score.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import { precision } from './precision.ts';
import { r2 } from './r2.ts';
import { recall } from './recall.ts';
import { rootMeanSquaredError } from './root-mean-squared-error.ts';
import { topKAccuracy } from './top-k-accuracy.ts';

/** The metrics that every project may name; a new one is its file and a line here. */
export const builtinMetrics = [accuracy, topKAccuracy, precision, recall, f1Score, meanAbsoluteError, rootMeanSquaredError, r2] as const;

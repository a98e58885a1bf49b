import { accuracy } from './accuracy.ts';
import { balancedAccuracy } from './balanced-accuracy.ts';
import { binaryAccuracy } from './binary-accuracy.ts';
import { cohenKappa } from './cohen-kappa.ts';
import { cosineSimilarity } from './cosine-similarity.ts';
import { expectedCalibrationError } from './expected-calibration-error.ts';
import { f1Score } from './f1-score.ts';
import { logLoss } from './log-loss.ts';
import { matthewsCorrelation } from './matthews-correlation.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import { meanAbsolutePercentageError } from './mean-absolute-percentage-error.ts';
import { meanSquaredError } from './mean-squared-error.ts';
import { prAuc } from './pr-auc.ts';
import { precision } from './precision.ts';
import { r2 } from './r2.ts';
import { recall } from './recall.ts';
import { rocAuc } from './roc-auc.ts';
import { rootMeanSquaredError } from './root-mean-squared-error.ts';
import { topKAccuracy } from './top-k-accuracy.ts';

/** The metrics that every project may name; a new one is its file and a line here. */
export const builtinMetrics = [
  accuracy,
  topKAccuracy,
  binaryAccuracy,
  balancedAccuracy,
  precision,
  recall,
  f1Score,
  rocAuc,
  prAuc,
  logLoss,
  expectedCalibrationError,
  cohenKappa,
  matthewsCorrelation,
  meanAbsoluteError,
  meanSquaredError,
  rootMeanSquaredError,
  meanAbsolutePercentageError,
  r2,
  cosineSimilarity,
] as const;

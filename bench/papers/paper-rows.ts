import { deepCompressionLenet300100 } from './deep-compression-lenet-300-100.ts';
import { deepCompressionLenet5 } from './deep-compression-lenet5.ts';
import { binaryConnectMlp, bwnLenet5, ttqLenet5, twnLenet5, xnorLenet5 } from './few-values.ts';
import { filtersVggSmall } from './filters-vgg-small.ts';
import { googlenet3a } from './googlenet-3a.ts';
import { lowRankLenet5 } from './low-rank-lenet5.ts';
import { obdCurve } from './obd-curve.ts';
import { obsMonk } from './obs-monk.ts';
import type { PaperRow } from './paper-row.ts';
import { pruningLenet300100 } from './pruning-lenet-300-100.ts';
import { pruningLenet5 } from './pruning-lenet5.ts';
import { int4Weights, int8Aware, int8PostTraining } from './quantization.ts';
import { slimmingMlp } from './slimming-mlp.ts';
import { winogradError } from './winograd-error.ts';

/** Every row that is reproduced, in the order of the table. */
export const paperRows: readonly PaperRow[] = [
  pruningLenet300100,
  pruningLenet5,
  deepCompressionLenet300100,
  deepCompressionLenet5,
  obdCurve,
  obsMonk,
  slimmingMlp,
  filtersVggSmall,
  ...int8PostTraining,
  ...int8Aware,
  ...int4Weights,
  twnLenet5,
  ttqLenet5,
  bwnLenet5,
  xnorLenet5,
  binaryConnectMlp,
  lowRankLenet5,
  winogradError,
  googlenet3a,
];

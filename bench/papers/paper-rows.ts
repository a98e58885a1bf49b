import { filtersVggSmall } from './filters-vgg-small.ts';
import { googlenet3a } from './googlenet-3a.ts';
import { lowRankLenet5 } from './low-rank-lenet5.ts';
import type { PaperRow } from './paper-row.ts';
import { pruningLenet300100 } from './pruning-lenet-300-100.ts';
import { int4Weights, int8Aware, int8PostTraining } from './quantization.ts';
import { slimmingMlp } from './slimming-mlp.ts';
import { winogradError } from './winograd-error.ts';

/** Every row that is reproduced, in the order of the table. */
export const paperRows: readonly PaperRow[] = [
  pruningLenet300100,
  slimmingMlp,
  filtersVggSmall,
  ...int8PostTraining,
  ...int8Aware,
  ...int4Weights,
  lowRankLenet5,
  winogradError,
  googlenet3a,
];

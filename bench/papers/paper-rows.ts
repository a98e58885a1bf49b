import { filtersVggSmall } from './filters-vgg-small.ts';
import type { PaperRow } from './paper-row.ts';
import { pruningLenet300100 } from './pruning-lenet-300-100.ts';
import { slimmingMlp } from './slimming-mlp.ts';

/** Every row that is reproduced, in the order of the table. */
export const paperRows: readonly PaperRow[] = [pruningLenet300100, slimmingMlp, filtersVggSmall];

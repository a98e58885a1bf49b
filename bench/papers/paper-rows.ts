import { googlenet3a } from './googlenet-3a.ts';
import { lowRankLenet5 } from './low-rank-lenet5.ts';
import type { PaperRow } from './paper-row.ts';
import { pruningLenet300100 } from './pruning-lenet-300-100.ts';
import { winogradError } from './winograd-error.ts';

/** Every row that is reproduced, in the order of the table. */
export const paperRows: readonly PaperRow[] = [pruningLenet300100, lowRankLenet5, winogradError, googlenet3a];

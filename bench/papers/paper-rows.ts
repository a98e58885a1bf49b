import { binaryConnectMlp, bwnLenet5, ttqLenet5, twnLenet5, xnorLenet5 } from './few-values.ts';
import type { PaperRow } from './paper-row.ts';
import { pruningLenet300100 } from './pruning-lenet-300-100.ts';

/** Every row that is reproduced, in the order of the table. */
export const paperRows: readonly PaperRow[] = [pruningLenet300100, twnLenet5, ttqLenet5, bwnLenet5, xnorLenet5, binaryConnectMlp];

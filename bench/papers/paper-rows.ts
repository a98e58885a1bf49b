import { deepCompressionLenet300100 } from './deep-compression-lenet-300-100.ts';
import { deepCompressionLenet5 } from './deep-compression-lenet5.ts';
import type { PaperRow } from './paper-row.ts';
import { pruningLenet300100 } from './pruning-lenet-300-100.ts';
import { pruningLenet5 } from './pruning-lenet5.ts';

/** Every row that is reproduced, in the order of the table. */
export const paperRows: readonly PaperRow[] = [pruningLenet300100, pruningLenet5, deepCompressionLenet300100, deepCompressionLenet5];

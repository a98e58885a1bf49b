import { obdCurve } from './obd-curve.ts';
import { obsMonk } from './obs-monk.ts';
import type { PaperRow } from './paper-row.ts';
import { pruningLenet300100 } from './pruning-lenet-300-100.ts';

/** Every row that is reproduced, in the order of the table. */
export const paperRows: readonly PaperRow[] = [pruningLenet300100, obdCurve, obsMonk];

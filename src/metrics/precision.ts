import { macroAverage } from './class-counts.ts';

/** How often an answer is right, per class, averaged over the classes. */
export const precision = macroAverage('precision', ({ right, predicted }) => (predicted === 0 ? 0 : right / predicted));

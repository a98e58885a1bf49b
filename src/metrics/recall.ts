import { macroAverage } from './class-counts.ts';

/** How many samples of a class are found, averaged over the classes. */
export const recall = macroAverage('recall', ({ right, actual }) => (actual === 0 ? 0 : right / actual));

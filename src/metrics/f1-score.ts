import { macroAverage } from './class-counts.ts';

/** The harmonic mean of precision and recall, per class, averaged over the classes. */
export const f1Score = macroAverage('f1Score', ({ right, predicted, actual }) => (2 * right) / (predicted + actual));

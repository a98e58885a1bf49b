import { type ClassScore, classScore } from './class-score.ts';

/** How often an answer of this class is right. */
export const precisionOf: ClassScore = ({ right, predicted }) => (predicted === 0 ? 0 : right / predicted);

/** How often an answer is right, per class, averaged over the classes. */
export const precision = classScore('precision', precisionOf);

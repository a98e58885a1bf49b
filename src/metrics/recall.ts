import { type ClassScore, classScore } from './class-score.ts';

/** How many samples of this class are found. */
export const recallOf: ClassScore = ({ right, actual }) => (actual === 0 ? 0 : right / actual);

/** How many samples of a class are found, averaged over the classes. */
export const recall = classScore('recall', recallOf);

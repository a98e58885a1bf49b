import { type ClassScore, classScore } from './class-score.ts';

/** The harmonic mean of precision and recall of this class. */
export const f1ScoreOf: ClassScore = ({ right, predicted, actual }) => (predicted + actual === 0 ? 0 : (2 * right) / (predicted + actual));

/** The harmonic mean of precision and recall, per class, averaged over the classes. */
export const f1Score = classScore('f1Score', f1ScoreOf);

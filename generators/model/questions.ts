import { models } from '../../src/catalog.ts';
import type { Question } from '../engine/questions.ts';

/** Which model it begins as a copy of; without an answer it is a small one for the project's data. */
export const questions: readonly Question[] = [
  {
    name: 'like',
    message: 'Begin as a copy of?',
    all: models.map(({ name, summary }) => ({ value: name, summary })),
  },
];

import type { Question } from '../engine/questions.ts';

/** What the samples are; the project's own task is the default. */
export const questions: readonly Question[] = [
  {
    name: 'kind',
    message: 'What are the samples?',
    all: [
      { value: 'images', summary: 'images of classes' },
      { value: 'rows', summary: 'table rows of classes' },
      { value: 'numbers', summary: 'table rows with a number to predict' },
    ],
  },
];

/** The kind of data a task learns from. */
export const kindOf = { 'classify-images': 'images', 'classify-rows': 'rows', 'predict-number': 'numbers' } as const;

import type { Question } from '../engine/questions.ts';

/** What the recipe is made of; each kind is a folder in templates/compression. */
export const questions: readonly Question[] = [
  {
    name: 'kind',
    message: 'What shall it do?',
    all: [
      { value: 'small-and-fast', summary: 'drops units, then weak weights' },
      { value: 'deep-compression', summary: 'drops weak weights, shares the values of the rest, codes them short' },
      { value: 'int8', summary: 'writes weights as whole numbers of 8 bits' },
      { value: 'fewer-units', summary: 'drops whole units, so that there is less to compute' },
      { value: 'low-rank', summary: 'writes kernels as products of smaller ones' },
      { value: 'binary', summary: 'leaves two values to each kernel' },
    ],
  },
];

import type { Question } from '../engine/questions.ts';

/** What the study varies, and how; each kind is a folder in templates/tuning. */
export const questions: readonly Question[] = [
  {
    name: 'kind',
    message: 'What shall it look for?',
    all: [
      { value: 'search', summary: 'optimizer, learning rate and batch size, chosen by what was good before' },
      { value: 'grid', summary: 'every combination of some values' },
      { value: 'batch-size-and-epochs', summary: 'a grid with cross-validation' },
      { value: 'optimizers', summary: 'each optimizer, with cross-validation' },
      { value: 'learning-rate-and-momentum', summary: 'for gradient descent, with cross-validation' },
      { value: 'initialization', summary: 'how the weights of the mlp start, with cross-validation' },
      { value: 'activation', summary: 'what its units compute, with cross-validation' },
      { value: 'dropout-and-max-norm', summary: 'against learning by heart, with cross-validation' },
      { value: 'neurons', summary: 'units of its hidden layer, with cross-validation' },
    ],
    defaultText: 'the kind of that name, or search; of tables batch-size-and-epochs',
  },
];

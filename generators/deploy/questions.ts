import type { Question } from '../engine/questions.ts';

/** Where the model predicts; each kind is a folder in templates/deploy. */
export const questions: readonly Question[] = [
  {
    name: 'kind',
    message: 'Where shall it predict?',
    all: [
      { value: 'server', summary: 'an HTTP server: JSON in, predictions out' },
      { value: 'browser', summary: 'a page that needs no server' },
    ],
  },
  {
    name: 'docker',
    message: 'With a Dockerfile? (server)',
    all: [
      { value: 'yes', summary: 'a small image, built in two stages' },
      { value: 'no', summary: 'the server alone' },
    ],
  },
];

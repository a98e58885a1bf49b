import type { Question } from '../engine/questions.ts';

/** Where the model predicts, or what runs the workers of a study; each kind is a folder in templates/deploy. */
export const questions: readonly Question[] = [
  {
    name: 'kind',
    message: 'Where shall it predict, or what shall run the workers of studies?',
    all: [
      { value: 'server', summary: 'an HTTP server: JSON in, predictions out' },
      { value: 'browser', summary: 'a page that needs no server' },
      { value: 'slurm', summary: 'workers of a study: a job array of a Slurm cluster' },
      { value: 'kubernetes', summary: 'workers of a study: an indexed job, and their image' },
      { value: 'ray', summary: 'workers of a study: jobs of a Ray cluster' },
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

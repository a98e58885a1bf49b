import type { GivenAnswers } from '../../generators/engine/questions.ts';

/** The projects kept under test/expected: between them they show every task, and data from a file. */
export const presets: Record<string, GivenAnswers> = {
  digits: {},
  machines: { task: 'classify-rows', goal: 'fastest' },
  'own-table': { task: 'predict-number', data: 'csv', goal: 'later' },
};

import type { GivenAnswers } from '../../generators/engine/questions.ts';

/** The projects kept under test/expected: between them they show every task, data from a file, and what is only there if asked for. */
export const presets: Record<string, GivenAnswers> = {
  digits: {},
  machines: { task: 'classify-rows', goal: 'fastest', 'package-manager': 'pnpm', backend: 'native', ci: 'github', licence: 'MIT' },
  'own-table': { task: 'predict-number', data: 'csv', goal: 'later', 'package-manager': 'yarn', ci: 'gitlab' },
};

import type { AppInput } from '../../generators/app/input.ts';
import { questions } from '../../generators/app/questions.ts';
import { type GivenAnswers, withDefaults } from '../../generators/engine/questions.ts';
import { readTemplates } from '../../generators/engine/templates.ts';
import { coveringArray } from './covering-array.ts';

/** The templates as they are on the disk. */
export const templates = readTemplates(new URL('../../templates/app/', import.meta.url));

/** What a project is planned from; open answers are the defaults, versions are fixed. */
export function appInput(given: GivenAnswers = {}, changes: Partial<AppInput> = {}): AppInput {
  const answers = withDefaults(questions, given) as unknown as AppInput['answers'];
  return {
    name: 'digit-reader',
    answers,
    dataOptions: {},
    packages: { runtime: '1.2.3', generator: '1.2.3' },
    ...(answers.licence === 'none' ? {} : { copyright: { year: 2026, holder: 'Ada Lovelace' } }),
    version: '1.2.3',
    ...changes,
  };
}

/** Answers in which every two choices that go together meet. */
export function everyPair(): GivenAnswers[] {
  return coveringArray(questions);
}

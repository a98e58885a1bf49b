import type { AppInput } from '../../generators/app/input.ts';
import { questions } from '../../generators/app/questions.ts';
import { type GivenAnswers, withDefaults } from '../../generators/engine/questions.ts';
import { readTemplates } from '../../generators/engine/templates.ts';

/** The templates as they are on the disk. */
export const templates = readTemplates(new URL('../../templates/app/', import.meta.url));

/** What a project is planned from; open answers are the defaults, versions are fixed. */
export function appInput(answers: GivenAnswers = {}, changes: Partial<AppInput> = {}): AppInput {
  return {
    name: 'digit-reader',
    answers: withDefaults(questions, answers) as unknown as AppInput['answers'],
    dataOptions: {},
    packages: { runtime: '1.2.3', generator: '1.2.3' },
    packageManager: 'npm',
    version: '1.2.3',
    ...changes,
  };
}

/** Every set of answers to task, data and model that goes together, with one goal, and every goal with the default ones. */
export function everyCombination(): GivenAnswers[] {
  const [goalQuestion, ...rest] = [...questions].reverse();
  const combinations = rest
    .reverse()
    .reduce<GivenAnswers[]>(
      (answers, question) =>
        answers.flatMap((given) => (question.choices?.(given) ?? question.all).map(({ value }) => ({ ...given, [question.name]: value }))),
      [{}],
    );
  return [...combinations, ...goalQuestion.all.map(({ value }) => ({ goal: value }))];
}

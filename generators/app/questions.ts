import { datasets, models, type Task } from '../../src/catalog.ts';
import { UsageError } from '../engine/exit.ts';
import type { Choice, GivenAnswers, Question } from '../engine/questions.ts';

export type Goal = 'smallest' | 'fastest' | 'both' | 'later';

/** What a project is made from. */
export interface AppAnswers {
  readonly task: Task;
  readonly data: string;
  readonly model: string;
  readonly goal: Goal;
}

const tasks: readonly (Choice & { value: Task })[] = [
  { value: 'classify-images', title: 'classify images' },
  { value: 'classify-rows', title: 'classify table rows' },
  { value: 'predict-number', title: 'predict a number' },
];

/** Goals, not techniques: each picks a recipe in `compression/`. */
const goals: readonly (Choice & { value: Goal })[] = [
  { value: 'smallest', title: 'smallest file', summary: 'drops the weakest weights' },
  { value: 'fastest', title: 'fastest', summary: 'drops whole units, so that there is less to compute' },
  { value: 'both', title: 'both', summary: 'drops units, then weak weights' },
  { value: 'later', title: 'later', summary: 'the recipes wait in compression/' },
];

/** Every task with every dataset that serves it and every model that learns it from such data. */
const combinations = tasks.flatMap(({ value: task }) =>
  datasets
    .filter((dataset) => dataset.tasks.includes(task))
    .flatMap((dataset) =>
      models.filter((model) => model.tasks.includes(task)).map((model) => ({ task, data: dataset.name, model: model.name })),
    ),
);

const allData = datasets.map(({ name, summary }) => ({ value: name, summary }));
const allModels = models.map(({ name, summary }) => ({ value: name, summary }));

/** The questions of `npm create dl-project`, in order; the fifth, about installing, is in `installQuestion`. */
export const questions: readonly Question[] = [
  { name: 'task', message: 'What should it learn?', all: tasks, choices: (given) => matching('task', tasks, given) },
  { name: 'data', message: 'Which data?', all: allData, choices: (given) => matching('data', allData, given) },
  { name: 'model', message: 'Which model?', all: allModels, choices: (given) => matching('model', allModels, given) },
  { name: 'goal', message: 'Make it small or fast?', all: goals },
];

/** Answered by `--skip-install` and `--skip-git` too, so it has no flag of its own. */
export const installQuestion: Question = {
  name: 'install',
  message: 'Install and make a first commit?',
  all: [{ value: 'yes' }, { value: 'no' }],
};

/** Throws a `UsageError` where task, data and model do not go together, naming what does. */
export function refuseCombination(given: GivenAnswers): void {
  if (combinations.some((one) => fits(one, given))) return;
  const { task, data, model } = given;
  const lines = [
    ...(task && data && !combinations.some((one) => fits(one, { task, data })) ? [with_('task', task, 'data')] : []),
    ...(data && model && !combinations.some((one) => fits(one, { data, model })) ? [with_('data', data, 'model')] : []),
    ...(task && model && !combinations.some((one) => fits(one, { task, model })) ? [with_('task', task, 'model')] : []),
  ];
  const came = [task && `--task ${task}`, data && `--data ${data}`, model && `--model ${model}`].filter(Boolean).join(' ');
  throw new UsageError(`${came} do not go together.\n${lines.join('\n')}`);
}

type Column = keyof (typeof combinations)[number];

function matching(column: Column, all: readonly Choice[], given: GivenAnswers): readonly Choice[] {
  return all.filter((choice) => combinations.some((one) => one[column] === choice.value && fits(one, given)));
}

function fits(combination: Record<Column, string>, given: GivenAnswers): boolean {
  return (Object.keys(combination) as Column[]).every((column) => given[column] === undefined || given[column] === combination[column]);
}

function with_(column: Column, value: string, other: Column): string {
  const values = new Set(combinations.filter((one) => one[column] === value).map((one) => one[other]));
  return `With --${column} ${value}: --${other} ${[...values].join(' | ')}`;
}

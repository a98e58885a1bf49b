import { backends, compatibility, datasets, type Goal, models, type Task } from '../../src/catalog.ts';
import { type CompatibilityRule, fitting, refuseMisfits } from '../engine/compatibility.ts';
import { type PackageManager, packageManagers } from '../engine/package-manager.ts';
import type { Choice, GivenAnswers, Question } from '../engine/questions.ts';

export type ContinuousIntegration = 'none' | 'github' | 'gitlab';
export type Licence = 'none' | 'MIT' | 'Apache-2.0';

/** What a project is made from, by the names of the questions. */
export interface AppAnswers {
  readonly task: Task;
  readonly data: string;
  readonly model: string;
  readonly goal: Goal;
  readonly backend: 'wasm' | 'native';
  readonly 'package-manager': PackageManager;
  readonly ci: ContinuousIntegration;
  readonly licence: Licence;
  readonly git: 'yes' | 'no';
  readonly install: 'yes' | 'no';
}

const tasks: readonly (Choice & { value: Task })[] = [
  { value: 'classify-images', title: 'classify images' },
  { value: 'classify-rows', title: 'classify table rows' },
  { value: 'predict-number', title: 'predict a number' },
];

/** Goals, not techniques: each picks a recipe in `compression/`. */
const goals: readonly (Choice & { value: Goal })[] = [
  { value: 'smallest', title: 'smallest file', summary: 'drops weak weights, lets the rest share values' },
  { value: 'fastest', title: 'fastest', summary: 'drops whole units, so that there is less to compute' },
  { value: 'both', title: 'both', summary: 'drops units, then weak weights' },
  { value: 'later', title: 'later', summary: 'the recipes wait in compression/' },
];

const integrations: readonly (Choice & { value: ContinuousIntegration })[] = [
  { value: 'none', summary: 'no file for it' },
  { value: 'github', title: 'GitHub Actions', summary: '.github/workflows/ci.yml' },
  { value: 'gitlab', title: 'GitLab CI', summary: '.gitlab-ci.yml' },
];

const licences: readonly (Choice & { value: Licence })[] = [
  { value: 'none', summary: 'all rights reserved' },
  { value: 'MIT', summary: 'anybody may do anything with it' },
  { value: 'Apache-2.0', summary: 'the same, with a grant of patents' },
];

const [yes, no] = [{ value: 'yes' }, { value: 'no' }];

/** The compatibility table of the catalogue, by the values of answers. */
const rules: readonly CompatibilityRule[] = compatibility.map(({ question, entries, column, needs }) => ({
  question,
  needs,
  allowed: Object.fromEntries(entries.map((entry) => [entry.name, (entry as unknown as Record<string, readonly string[]>)[column]])),
}));

const fromCatalog = (entries: readonly { name: string; summary: string }[]): readonly Choice[] =>
  entries.map(({ name, summary }) => ({ value: name, summary }));

/** A question whose choices depend on other answers as the compatibility table says. */
function compatible(question: Omit<Question, 'choices'>): Question {
  return { ...question, choices: (given) => fitting(rules, question.name, question.all, given) };
}

/** The questions of `npm create dl-project`, in order: five, and with `--ask-all` the rare ones too. */
export const questions: readonly Question[] = [
  compatible({ name: 'task', message: 'What should it learn?', all: tasks, defaultText: 'what the data is for, or classify-images' }),
  compatible({ name: 'data', message: 'Which data?', all: fromCatalog(datasets), defaultText: 'the first for the task' }),
  compatible({ name: 'model', message: 'Which model?', all: fromCatalog(models), defaultText: 'the first for the task' }),
  compatible({ name: 'goal', message: 'Make it small or fast?', all: goals }),
  compatible({
    name: 'package-manager',
    message: 'Which package manager?',
    all: packageManagers.map((value) => ({ value })),
    defaultText: 'the one that called',
    rare: true,
  }),
  compatible({ name: 'backend', message: 'What should it compute with?', all: fromCatalog(backends), rare: true }),
  { name: 'ci', message: 'Which CI shall test it?', all: integrations, rare: true },
  { name: 'licence', alias: 'license', message: 'Which licence?', all: licences, rare: true },
  {
    name: 'git',
    message: 'Make a git repository and a first commit?',
    all: [yes, no],
    choices: ({ install }) => (install === 'no' ? [no, yes] : [yes, no]), // the lock file belongs into the first commit
    rare: true,
    once: true,
  },
  {
    name: 'install',
    message: ({ git }) => (git === undefined ? 'Install and make a first commit?' : 'Install the packages?'),
    all: [yes, no],
    once: true,
  },
];

/** Throws a `UsageError` where answers do not go together, naming what does. */
export function refuseCombination(given: GivenAnswers): void {
  refuseMisfits(rules, questions, given);
}

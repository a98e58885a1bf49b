import { UsageError } from './exit.ts';
import { type Flag, quote } from './flags.ts';
import { didYouMean } from './nearest.ts';

/** The answers given so far, by the name of the question. */
export type GivenAnswers = Readonly<Record<string, string>>;

/** One thing to choose. */
export interface Choice {
  readonly value: string;
  /** What the list shows; default: the value. */
  readonly title?: string;
  /** One line beside it. */
  readonly summary?: string;
}

/**
 * Declares a prompt, its flag and its default at once: `--<name> <value>` answers it, without a terminal its default
 * does, and otherwise it is asked.
 */
export interface Question {
  readonly name: string;
  readonly message: string;
  /** Every value there is, for the help and for unknown values. */
  readonly all: readonly Choice[];
  /** Those that go with the other answers, the default first. One that stands alone is not asked. @default all */
  readonly choices?: (given: GivenAnswers) => readonly Choice[];
}

/** The flag of a question. */
export function flagOf(question: Question): Flag {
  const values = question.all.map((choice) => choice.value).join(' | ');
  return { name: question.name, value: `<${question.name}>`, summary: `${question.message} ${values}` };
}

/** Those of the choices that go with what is given. */
export function choicesOf(question: Question, given: GivenAnswers): readonly Choice[] {
  return question.choices?.(given) ?? question.all;
}

/** Throws a `UsageError` for an answer that no choice has, with the nearest and all others. */
export function refuseUnknownAnswers(questions: readonly Question[], given: GivenAnswers): void {
  for (const question of questions) {
    const value = given[question.name];
    const known = question.all.map((choice) => choice.value);
    if (value === undefined || known.includes(value)) continue;
    throw new UsageError(`--${question.name} is ${quote(value)}.${didYouMean(value, known)} It is one of: ${known.join(', ')}.`);
  }
}

/** Answers the questions that are open by their defaults. */
export function withDefaults(questions: readonly Question[], given: GivenAnswers): GivenAnswers {
  const answers: Record<string, string> = { ...given };
  for (const question of questions) answers[question.name] ??= choicesOf(question, answers)[0].value;
  return answers;
}

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
  /** What is asked; it may depend on what was answered before. */
  readonly message: string | ((given: GivenAnswers) => string);
  /** Every value there is, for the help and for unknown values. */
  readonly all: readonly Choice[];
  /** Those that go with the other answers, the default first. One that stands alone is not asked. @default all */
  readonly choices?: (given: GivenAnswers) => readonly Choice[];
  /** Another spelling of the flag. */
  readonly alias?: string;
  /** How the help tells the default, where it is not the first choice. */
  readonly defaultText?: string;
  /** Asked only with `--ask-all`; else the default is taken. */
  readonly rare?: true;
  /** It is about what is done once, not about the project: not remembered. */
  readonly once?: true;
  /** It has no default: without a terminal its flag must be given. */
  readonly required?: true;
}

/** How questions are answered that no flag answers. */
export interface AnswerOptions {
  /** Whether the rare ones are asked too. @default false */
  readonly askAll?: boolean;
  /** Defaults that come before a question's own, by its name: the package manager that called. */
  readonly preferred?: GivenAnswers;
}

/** The flag of a question. */
export function flagOf({ name, alias, message, all, required, defaultText }: Question): Flag {
  const values = all.map((choice) => choice.value);
  const preset = required ? 'no default' : `default: ${defaultText ?? values[0]}`;
  const remarks = [preset, ...(alias ? [`also --${alias}`] : [])].join('; ');
  const value = name.length > 10 ? '<name>' : `<${name}>`;
  return { name, ...(alias ? { alias } : {}), value, summary: `${messageOf({ message }, {})} ${values.join(' | ')} (${remarks})` };
}

/** What a question asks after these answers. */
export function messageOf({ message }: Pick<Question, 'message'>, given: GivenAnswers): string {
  return typeof message === 'string' ? message : message(given);
}

/** Those of the choices that go with what is given, the default first. */
export function choicesOf(question: Question, given: GivenAnswers, preferred: GivenAnswers = {}): readonly Choice[] {
  const choices = question.choices?.(given) ?? question.all;
  const first = choices.find(({ value }) => value === preferred[question.name]);
  return first ? [first, ...choices.filter((choice) => choice !== first)] : choices;
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

/**
 * Answers the questions that are open by their defaults.
 * @throws UsageError where one has none, naming its flag
 */
export function withDefaults(questions: readonly Question[], given: GivenAnswers, preferred: GivenAnswers = {}): GivenAnswers {
  const answers: Record<string, string> = { ...given };
  for (const question of questions) {
    if (answers[question.name] !== undefined) continue;
    const choices = choicesOf(question, answers, preferred);
    if (question.required && choices.length > 1 && preferred[question.name] === undefined) {
      const values = choices.map(({ value }) => value).join(' | ');
      throw new UsageError(`${messageOf(question, answers)} Nothing is asked here, so say it by a flag: --${question.name} ${values}`);
    }
    answers[question.name] = choices[0].value;
  }
  return answers;
}

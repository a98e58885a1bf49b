import { UsageError } from './exit.ts';
import { type Choice, choicesOf, type GivenAnswers, type Question } from './questions.ts';

/** Says of the answers to one question which answers to another each of them goes with. */
export interface CompatibilityRule {
  readonly question: string;
  readonly needs: string;
  /** Answer -> the answers to `needs` it goes with; one that is not listed goes with all. */
  readonly allowed: Readonly<Record<string, readonly string[]>>;
}

/** Whether answers go together: for what several of them need, there is one value that suits all. */
export function fits(rules: readonly CompatibilityRule[], given: GivenAnswers): boolean {
  return [...new Set(rules.map((rule) => rule.needs))].every((needed) => {
    const demands = rules
      .filter((rule) => rule.needs === needed)
      .map((rule) => rule.allowed[given[rule.question] ?? ''])
      .filter((allowed) => allowed !== undefined);
    const answer = given[needed];
    if (answer !== undefined) demands.push([answer]);
    return demands.length === 0 || demands[0].some((value) => demands.every((allowed) => allowed.includes(value)));
  });
}

/** The choices of a question that go with what is given. */
export function fitting<C extends Choice>(
  rules: readonly CompatibilityRule[],
  question: string,
  all: readonly C[],
  given: GivenAnswers,
): readonly C[] {
  return all.filter((choice) => fits(rules, { ...given, [question]: choice.value }));
}

/** Throws a `UsageError` where answers do not go together, naming for each of two that clash what goes with it. */
export function refuseMisfits(rules: readonly CompatibilityRule[], questions: readonly Question[], given: GivenAnswers): void {
  if (fits(rules, given)) return;
  const answered = questions.filter(({ name }) => given[name] !== undefined);
  const clashes = answered.flatMap((one, index) =>
    answered
      .slice(index + 1)
      .filter((other) => !fits(rules, { [one.name]: given[one.name], [other.name]: given[other.name] }))
      .map((other) => ({ one, other })),
  );
  const culprits = answered.filter((question) => clashes.some(({ one, other }) => one === question || other === question));
  const flag = ({ name }: Question) => `--${name} ${given[name]}`;
  const lines = clashes.map(({ one, other }) => {
    const values = choicesOf(other, { [one.name]: given[one.name] }).map(({ value }) => value);
    return `With ${flag(one)}: --${other.name} ${values.join(' | ')}`;
  });
  throw new UsageError(`${culprits.map(flag).join(' ')} do not go together.\n${lines.join('\n')}`);
}

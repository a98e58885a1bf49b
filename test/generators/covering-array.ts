import { choicesOf, type GivenAnswers, type Question } from '../../generators/engine/questions.ts';

/** Whole sets of answers in which every two choices that go together meet at least once: few projects that show what many would. */
export function coveringArray(questions: readonly Question[]): GivenAnswers[] {
  const open = new Set(pairs(questions));
  const rows: GivenAnswers[] = [];
  for (const seed of open) {
    const row = { ...(Object.fromEntries(JSON.parse(seed)) as Record<string, string>) };
    for (const question of questions) row[question.name] ??= bestChoice(question, row, open);
    for (const pair of pairsOf(row)) open.delete(pair);
    rows.push(row);
  }
  return rows;
}

/** Every two answers to different questions that go together. */
export function pairs(questions: readonly Question[]): string[] {
  return questions.flatMap((one, index) =>
    one.all.flatMap(({ value }) =>
      questions
        .slice(index + 1)
        .flatMap((other) => choicesOf(other, { [one.name]: value }).map((choice) => key([one.name, value], [other.name, choice.value]))),
    ),
  );
}

/** The pairs that a set of answers shows. */
export function pairsOf(row: GivenAnswers): string[] {
  const answers = Object.entries(row);
  return answers.flatMap((one, index) => answers.slice(index + 1).map((other) => key(one, other)));
}

function bestChoice(question: Question, row: GivenAnswers, open: ReadonlySet<string>): string {
  const news = (value: string) => Object.entries(row).filter((one) => open.has(key(one, [question.name, value]))).length;
  return [...choicesOf(question, row)].sort((a, b) => news(b.value) - news(a.value))[0].value;
}

function key(one: readonly [string, string], other: readonly [string, string]): string {
  return JSON.stringify([one, other].sort(([a], [b]) => (a < b ? -1 : 1)));
}

import { parse } from '@babel/parser';
import { describe, expect, test } from 'vitest';
import { planProject } from '../../generators/app/plan.ts';
import { questions } from '../../generators/app/questions.ts';
import { appInput, everyPair, templates } from './app-input.ts';

// Everything here follows from the declared questions and the compatibility table: a new choice is covered without an edit.
const rows = everyPair().map((answers) => ({ answers, files: planProject(appInput(answers), templates) }));
const titled = rows.map(({ answers, files }) => [Object.values(answers).join(' '), files] as const);

/** The files that every project has, and for each choice those that it brings: each file follows from one question. */
function filesByChoice(): Record<string, string[]> {
  const all = [...new Set(rows.flatMap(({ files }) => [...files.keys()]))].sort();
  const table: Record<string, string[]> = { always: all.filter((path) => rows.every(({ files }) => files.has(path))) };
  const bringing = (question: string, path: string) =>
    new Set(rows.filter(({ files }) => files.has(path)).map(({ answers }) => answers[question]));
  for (const path of all.filter((one) => !table.always.includes(one))) {
    const question = questions.find(({ name }) => {
      const answersWith = bringing(name, path);
      return rows.every(({ answers, files }) => files.has(path) === answersWith.has(answers[name]));
    });
    if (!question) throw new Error(`${path} follows from no single question.`);
    for (const { value } of question.all) {
      const choice = `--${question.name} ${value}`;
      if (bringing(question.name, path).has(value)) table[choice] = [...(table[choice] ?? []), path];
    }
  }
  return table;
}

describe('the files of a project', () => {
  const table = filesByChoice();

  test('are those of test/expected/files-by-choice.json (npx vitest run --project generators matrix -u writes it)', async () => {
    const text = `${JSON.stringify(table, undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../expected/files-by-choice.json');
  });

  test.each(rows)('are those that its choices bring, and no others: $answers', ({ answers, files }) => {
    const brought = Object.entries(answers).flatMap(([name, value]) => table[`--${name} ${value}`] ?? []);
    expect([...files.keys()]).toEqual([...table.always, ...brought].sort());
  });
});

describe('every project', () => {
  test.each(titled)('has no tag, no hole and no stray space: %s', (_, files) => {
    for (const [path, text] of files) {
      expect(text, path).not.toMatch(/<%|%>|\bundefined\b|\[object |TODO|FIXME/);
      if (path !== 'LICENSE') expect(text, path).not.toMatch(/[ \t]\n|\n\n\n|^\n|\r/); // which is as it was published
      expect(text, path).toMatch(/[^\n]\n$/);
    }
  });

  test.each(titled)('has lines that fit beside each other on a screen: %s', (_, files) => {
    const long = [...files].flatMap(([path, text]) =>
      text
        .split('\n')
        .filter((line) => line.length > 140)
        .map((line) => `${path}: ${line}`),
    );
    expect(long).toEqual([]);
  });

  test.each(titled)('speaks in README.md and AGENTS.md of files and scripts that are there: %s', (_, files) => {
    const { scripts } = JSON.parse(files.get('package.json')!);
    const made = new Set(
      [...files.keys()].flatMap((path) => path.split('/').map((__, index, parts) => parts.slice(0, index + 1).join('/'))),
    );
    for (const path of ['README.md', 'AGENTS.md']) {
      const text = files.get(path)!;
      const named = [
        ...text.matchAll(/(?<![\w/<>.-])((?:src|test|compression|tuning|experiments)\/[\w./-]*\w|[\w-]+\.(?:ts|json|md|yml)\b)/g),
      ].map(([, name]) => name);
      expect(named.filter((name) => !made.has(name) && name !== 'index.ts')).toEqual([]);
      const started = [...text.matchAll(/\b(?:npm run|pnpm(?: run)?|yarn(?: run)?|bun run) ([a-z]+)/g)].map(([, script]) => script);
      expect(started.filter((script) => !(script in scripts))).toEqual([]);
    }
  });

  test.each(titled)('has JSON that is JSON and code that is code: %s', (_, files) => {
    for (const [path, text] of files) {
      if (path.endsWith('.json')) JSON.parse(text.replace(/^\s*\/\/.*$/gm, ''));
      if (path.endsWith('.ts')) parse(text, { sourceType: 'module', plugins: ['typescript'] });
    }
  });

  test.each(titled)('can have the longest name there is: %s', (_, files) => {
    const answers = rows.find((row) => row.files === files)!.answers;
    const name = 'n'.repeat(100);
    const named = planProject(appInput(answers, { name }), templates);
    expect([...named.keys()]).toEqual([...files.keys()]);
    for (const [path, text] of named)
      expect(text.replaceAll(name, 'digit-reader'), path).toBe(path.endsWith('manifest.json') ? text : files.get(path));
  });
});

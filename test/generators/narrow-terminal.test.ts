import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { questions } from '../../generators/app/questions.ts';
import { choicesOf, messageOf } from '../../generators/engine/questions.ts';
import { commandTable } from '../../generators/engine/screen.ts';
import { layoutSelect } from '../../generators/engine/select-layout.ts';
import { wrapWords } from '../../generators/engine/wrap-words.ts';

describe('wrapWords', () => {
  test('breaks between words, and keeps what a line begins with', () => {
    expect(wrapWords('  npm installs the packages, which takes a while', 20)).toBe(
      '  npm installs the\n  packages, which\n  takes a while',
    );
    expect(wrapWords('run      search better settings', 24, '         ')).toBe('run      search better\n         settings');
    expect(wrapWords('short', 20)).toBe('short');
    expect(wrapWords('a-word-without-end and more', 5)).toBe('a-word-without-end\nand\nmore');
  });

  test('loses no word, and no line is too long that could be shorter', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(fc.array(word), fc.nat(60), fc.nat(8), (words, columns, margin) => {
        const indent = ' '.repeat(margin);
        const wrapped = wrapWords(indent + words.join(' '), columns);
        expect(wrapped.split(/\s+/).filter(Boolean)).toEqual(words);
        for (const line of wrapped.split('\n')) if (line.length > columns) expect(line.trim()).not.toContain(' ');
      }),
    );
  });
});

describe.each([40, 60, 80, 120])('in %i columns', (columns) => {
  test.each(questions)('no line of the question $name breaks inside a word', (question) => {
    const choices = choicesOf(question, {}).map(({ value, title = value, summary }) => ({ value, title, summary: summary ?? '' }));
    const layout = layoutSelect({ type: 'select', name: question.name, message: messageOf(question, {}), choices }, columns);
    const answers = choices.map(({ title }) => `✔ ${layout.message} ${layout.theme.style.answer(title)}`);
    const lines = [
      ...answers,
      ...layout.choices.map(({ name }) => `❯ ${name}`),
      ...layout.choices.map(({ description = '' }) => description),
    ];
    for (const line of lines.flatMap((text) => text.split('\n'))) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room
      expect(line.replace(/\u001b\[\d+m/g, '').trimEnd().length).toBeLessThanOrEqual(columns);
    }
    expect(
      layout.choices.every(({ name, description = '' }, index) =>
        `${name} ${description.replaceAll('\n', ' ')}`.includes(choices[index].summary),
      ),
    ).toBe(true);
  });
});

test('what to do next fits 40 columns', () => {
  const rows = [
    ['npm run tune', 'search better settings'],
    ['npm run compress', 'make it small'],
  ] as const;
  expect(commandTable(rows, 40)).toBe('  npm run tune      search better\n                    settings\n  npm run compress  make it small');
});

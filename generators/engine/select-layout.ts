import { styleText } from 'node:util';
import type { SelectQuestion } from './prompt-adapter.ts';
import { wrapWords } from './wrap-words.ts';

/** What `@inquirer/select` is asked with. */
export interface SelectLayout {
  readonly message: string;
  readonly default?: string;
  readonly choices: readonly { readonly value: string; readonly name: string; readonly short: string; readonly description?: string }[];
  readonly theme: { readonly style: { readonly answer: (text: string) => string } };
}

/** Left of every message and every choice: a mark and a space. */
const markWidth = 2;

/**
 * Lays a question out for a terminal of so many columns, so that no line of it breaks inside a word: the summaries beside
 * the choices, or where that is too wide only the one of the choice that is pointed at, below them.
 */
export function layoutSelect(question: SelectQuestion, columns: number): SelectLayout {
  const { choices } = question;
  const width = Math.max(...choices.map(({ title }) => title.length));
  const rows = choices.map(({ title, summary }) => (summary ? `${title.padEnd(width)}  ${summary}` : title));
  const fits = rows.every((row) => markWidth + row.length <= columns);
  const message = wrapWords(question.message, columns - markWidth, '');
  const lastLine = message.slice(message.lastIndexOf('\n') + 1);
  const usedWidth = (lastLine === message ? markWidth : 0) + lastLine.length + 1;
  return {
    message,
    ...(question.default ? { default: question.default } : {}),
    choices: choices.map(({ value, title, summary }, index) => ({
      value,
      name: fits ? rows[index] : title,
      short: title,
      ...(summary && !fits ? { description: wrapWords(summary, columns) } : {}),
    })),
    theme: { style: { answer: (text) => styleText('cyan', usedWidth + text.length <= columns ? text : `\n  ${text}`) } },
  };
}

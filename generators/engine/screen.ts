import { groupDigits } from './group-digits.ts';
import { wrapWords } from './wrap-words.ts';

type CommandRow = readonly [command: string, does: string];

/** Commands with what they do, one below the other. */
export function commandList(rows: readonly CommandRow[]): string {
  return cellsOf(rows)
    .map((cell) => `  ${cell}`)
    .join('\n');
}

/** The same in two columns, or where the terminal is narrow in one, with no line broken inside a word. */
export function commandTable(rows: readonly CommandRow[], columns: number): string {
  const cells = cellsOf(rows);
  const half = Math.ceil(cells.length / 2);
  const [left, right] = [cells.slice(0, half), cells.slice(half)];
  const leftWidth = Math.max(...left.map((cell) => cell.length)) + 4;
  const rightWidth = Math.max(0, ...right.map((cell) => cell.length));
  const indent = ' '.repeat(2 + commandWidth(rows));
  if (2 + leftWidth + rightWidth > columns) return cells.map((cell) => wrapWords(`  ${cell}`, columns, indent)).join('\n');
  return left.map((cell, index) => `  ${right[index] ? cell.padEnd(leftWidth) + right[index] : cell}`).join('\n');
}

function cellsOf(rows: readonly CommandRow[]): string[] {
  return rows.map(([command, does]) => `${command.padEnd(commandWidth(rows))}${does}`);
}

function commandWidth(rows: readonly CommandRow[]): number {
  return Math.max(...rows.map(([command]) => command.length)) + 2;
}

/** `1 file`, `31 files`. */
export function count(number: number, noun: string): string {
  return `${groupDigits(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** The first few of a list, and how many more there are. */
export function someOf(names: readonly string[], most = 6): string {
  return names.length <= most ? names.join(', ') : `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}

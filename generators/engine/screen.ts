/** Two columns of commands with what they do, or one where the terminal is narrow. */
export function commandTable(rows: readonly (readonly [command: string, does: string])[], columns: number): string {
  const commandWidth = Math.max(...rows.map(([command]) => command.length)) + 2;
  const cells = rows.map(([command, does]) => `${command.padEnd(commandWidth)}${does}`);
  const half = Math.ceil(cells.length / 2);
  const [left, right] = [cells.slice(0, half), cells.slice(half)];
  const leftWidth = Math.max(...left.map((cell) => cell.length)) + 4;
  const rightWidth = Math.max(0, ...right.map((cell) => cell.length));
  if (2 + leftWidth + rightWidth > columns) return cells.map((cell) => `  ${cell}`).join('\n');
  return left.map((cell, index) => `  ${right[index] ? cell.padEnd(leftWidth) + right[index] : cell}`).join('\n');
}

/** `1 file`, `31 files`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

/** The first few of a list, and how many more there are. */
export function someOf(names: readonly string[], most = 6): string {
  return names.length <= most ? names.join(', ') : `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}

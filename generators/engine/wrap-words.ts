/**
 * Breaks a line between its words where it is longer than `columns`; a word that is longer stays whole. The lines that
 * follow begin with `indent`. @default indent that of the line
 */
export function wrapWords(line: string, columns: number, indent = /^ */.exec(line)?.[0] ?? ''): string {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const start = rest.search(/\S/);
    const before = rest.lastIndexOf(' ', columns);
    const at = before > start ? before : rest.indexOf(' ', start);
    if (start < 0 || at < 0) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = `${indent}${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest].join('\n');
}

export interface TextColumn {
  readonly title: string;
  /** @default 'right' */
  readonly align?: 'left' | 'right';
}

/**
 * A plain table for terminals: columns some spaces apart, wide as their longest cell, no rules, no trailing spaces.
 * Wide characters count as one; cells are to be short words and numbers.
 *
 * @param indent spaces before each line  @default 2
 * @param gap spaces between columns  @default 3
 */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[], indent = 2, gap = 3): string {
  const lines = [columns.map((column) => column.title), ...rows];
  const widths = columns.map((_, c) => Math.max(...lines.map((line) => (line[c] ?? '').length)));
  return lines.map((line) => ' '.repeat(indent) + padCells(line, columns, widths, gap)).join('\n');
}

function padCells(cells: readonly string[], columns: readonly TextColumn[], widths: readonly number[], gap: number): string {
  const padded = columns.map((column, c) =>
    column.align === 'left' ? (cells[c] ?? '').padEnd(widths[c]) : (cells[c] ?? '').padStart(widths[c]),
  );
  return padded.join(' '.repeat(gap)).trimEnd();
}

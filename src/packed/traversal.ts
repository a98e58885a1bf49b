/** The words of a matrix `[rows, columns]` column after column. */
export function alongColumns(words: Uint32Array, columns: number): Uint32Array {
  const rows = words.length / columns;
  const result = new Uint32Array(words.length);
  for (let column = 0, next = 0; column < columns; column++) {
    for (let at = column; at < words.length; at += columns) result[next++] = words[at];
  }
  return rows === 1 ? words : result;
}

/** Positions that count down the columns of a matrix `[rows, columns]`, as positions in rows. */
export function fromColumns(positions: Uint32Array, rows: number, columns: number): Uint32Array {
  const result = new Uint32Array(positions.length);
  for (let i = 0; i < result.length; i++) {
    const column = Math.floor(positions[i] / rows);
    result[i] = (positions[i] - column * rows) * columns + column;
  }
  return result;
}

/** How many columns a weight has as a matrix: the last axis; all others together are its rows. */
export function columnsOf(shape: readonly number[]): number {
  return shape[shape.length - 1] ?? 1;
}

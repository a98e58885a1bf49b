/** What `scaledSigns` computes: signs times the mean magnitude of the row. */
export function scaledSigns(columns: number, input: Float32Array): Float32Array {
  return byRow(columns, input, (row) => {
    const mean = row.reduce((sum, value) => sum + Math.abs(value), 0) / columns;
    return row.map((value) => (value >= 0 ? mean : -mean));
  });
}

/** What `normalizeRows` computes: the mean 0 and the variance 1. */
export function normalizeRows(columns: number, epsilon: number, input: Float32Array): Float32Array {
  return byRow(columns, input, (row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / columns;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / columns;
    return row.map((value) => (value - mean) / Math.sqrt(variance + epsilon));
  });
}

function byRow(columns: number, input: Float32Array, compute: (row: readonly number[]) => readonly number[]): Float32Array {
  const rows = Array.from({ length: input.length / columns }, (_, row) => [...input.subarray(row * columns, (row + 1) * columns)]);
  return Float32Array.from(rows.flatMap(compute));
}

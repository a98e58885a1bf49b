/** What `copyRuns` does with four loops, of which each has a length and a step in both arrays; the first run stands at `first`; values that nothing is copied to stay. */
export function copyRuns(
  counts: readonly number[],
  floats: number,
  inputSteps: readonly number[],
  outputSteps: readonly number[],
  input: Float32Array,
  output: Float32Array,
  first: number,
): void {
  const copy = (loop: number, from: number, to: number): void => {
    if (loop === counts.length) output.set(input.subarray(from, from + floats), to);
    for (let i = 0; i < counts[loop]; i++) copy(loop + 1, from + i * inputSteps[loop], to + i * outputSteps[loop]);
  };
  copy(0, first, 0);
}

/** What `gatherRows` computes: rows of a table, NaN for indices that it does not have. */
export function gatherRows(columns: number, indices: Float32Array, table: Float32Array): Float32Array {
  const row = (index: number) => Array.from({ length: columns }, (_, column) => table[Math.trunc(index) * columns + column] ?? Number.NaN);
  return Float32Array.from([...indices].flatMap((index) => (index > -1 ? row(index) : row(Number.NaN))));
}

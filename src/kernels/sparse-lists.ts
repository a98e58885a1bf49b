/** How weights that are not 0 are listed. */
export interface SparseListOptions {
  /** Outputs that share a list: 1, or 4, where an entry has a weight for each of them. */
  readonly outputs: 1 | 4;
  /** Entries that stand together: first the places of all, then their weights. A list is filled up to whole groups with weights of 0. */
  readonly group: 1 | 4;
  /** Where the input of a row of weights stands, in bytes. An output's entries are in this order. */
  place(row: number): number;
}

/** The weights of a product as the kernels of `wasm/sparse.ts` and `wasm/sparse-vector.ts` read them. */
export interface SparseLists {
  /** Entries of each list. */
  readonly counts: Uint32Array<ArrayBuffer>;
  /** One list behind the other; places are whole numbers, weights the bits of floats. */
  readonly entries: Uint32Array<ArrayBuffer>;
}

/** Lists the weights `[k, n]` that are not 0, NaN and infinity among them. */
export function sparseLists(weights: Float32Array, n: number, { outputs, group, place }: SparseListOptions): SparseLists {
  const lists = nonZeroRows(weights, n, outputs).map((rows) => {
    const listed = rows.map((row) => ({ row, place: place(row) })).sort((a, b) => a.place - b.place);
    // What fills up reads an input that the list reads anyway: one that is not finite meets no output that has no weight for it.
    while (listed.length % group > 0) listed.push({ row: -1, place: listed[listed.length - 1].place });
    return listed;
  });
  const counts = Uint32Array.from(lists, (list) => list.length);
  const entries = new Uint32Array(lists.flat().length * (1 + outputs));
  const floats = new Float32Array(entries.buffer);
  let at = 0;
  lists.forEach((list, number) => {
    for (let start = 0; start < list.length; start += group) {
      const together = list.slice(start, start + group);
      for (const one of together) entries[at++] = one.place;
      for (const { row } of together) {
        for (let output = number * outputs; output < (number + 1) * outputs; output++) {
          floats[at++] = row < 0 || output >= n ? 0 : weights[row * n + output];
        }
      }
    }
  });
  return { counts, entries };
}

/** How many entries the lists have, not filled up. */
export function countEntries(weights: Float32Array, n: number, outputs: 1 | 4): number {
  let count = 0;
  for (let row = 0; row < weights.length; row += n) {
    for (let output = 0; output < n; output += outputs) {
      if (anyOf(weights, row + output, row + Math.min(output + outputs, n))) count++;
    }
  }
  return count;
}

/** For each output, or four of them, the rows of `[k, n]` that have a weight for it. */
function nonZeroRows(weights: Float32Array, n: number, outputs: number): number[][] {
  const lists = Array.from({ length: Math.ceil(n / outputs) }, (): number[] => []);
  for (let row = 0; row * n < weights.length; row++) {
    lists.forEach((list, number) => {
      if (anyOf(weights, row * n + number * outputs, row * n + Math.min((number + 1) * outputs, n))) list.push(row);
    });
  }
  return lists;
}

function anyOf(weights: Float32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (weights[i] !== 0) return true;
  return false;
}

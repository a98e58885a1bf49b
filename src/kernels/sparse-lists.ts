/** How weights that are not 0 are listed. */
export interface SparseListOptions {
  /** Outputs that share a list: 1, or 4, where an entry has a weight for each of them. */
  readonly outputs: 1 | 4;
  /** Entries that stand together: first the offsets of all, then their weights. A list is filled up to whole groups with weights of 0. */
  readonly group: 1 | 4;
  /** Where the input of a row of weights stands, in bytes. A list is in this order. */
  offset(row: number): number;
}

/** The weights of a product as the kernels of `wasm/sparse.ts` and `wasm/sparse-vector.ts` read them. */
export interface SparseLists {
  /** Entries of each list. */
  readonly counts: Uint32Array<ArrayBuffer>;
  /** One list behind the other; offsets are whole numbers, weights the bits of floats. */
  readonly entries: Uint32Array<ArrayBuffer>;
}

/** Weights `[k, n]` and the places of those that are not 0, NaN and infinity among them, front to back. */
export interface SparseWeights {
  readonly weights: Float32Array;
  readonly n: number;
  readonly places: Uint32Array;
}

/** Finds the weights that are not 0. */
export function findWeights(weights: Float32Array, n: number): SparseWeights {
  let count = 0;
  for (let i = 0; i < weights.length; i++) if (weights[i] !== 0) count++;
  const places = new Uint32Array(count);
  for (let i = 0, at = 0; i < weights.length; i++) if (weights[i] !== 0) places[at++] = i;
  return { weights, n, places };
}

/** How many entries lists of `outputs` outputs have, not filled up. */
export function countEntries({ n, places }: SparseWeights, outputs: 1 | 4): number {
  if (outputs === 1) return places.length;
  let [count, last] = [0, -1];
  for (const place of places) {
    const first = firstOfEntry(place, n, outputs);
    if (first !== last) count++;
    last = first;
  }
  return count;
}

/** Lists the weights. */
export function sparseLists({ weights, n, places }: SparseWeights, { outputs, group, offset }: SparseListOptions): SparseLists {
  const offsets = Float64Array.from({ length: weights.length / n }, (_, row) => offset(row));
  const firsts = new Uint32Array(places.length);
  let found = 0;
  for (const place of places) {
    const first = firstOfEntry(place, n, outputs);
    if (found === 0 || first !== firsts[found - 1]) firsts[found++] = first;
  }
  const ordered = firsts.subarray(0, found);
  // Read front to back, planes come from the first-level cache more often.
  if (offsets.some((one, row) => one < offsets[row - 1])) ordered.sort((a, b) => offsets[Math.floor(a / n)] - offsets[Math.floor(b / n)]);

  const counts = new Uint32Array(Math.ceil(n / outputs));
  for (const first of ordered) counts[(first % n) / outputs]++;
  const starts = new Uint32Array(counts.length);
  let total = 0;
  for (let list = 0; list < counts.length; list++) {
    counts[list] = Math.ceil(counts[list] / group) * group;
    starts[list] = total;
    total += counts[list];
  }

  const entryWords = 1 + outputs;
  const entries = new Uint32Array(total * entryWords);
  const floats = new Float32Array(entries.buffer);
  const listed = new Uint32Array(counts.length);
  for (const first of ordered) {
    const [row, output] = [Math.floor(first / n), first % n];
    const list = output / outputs;
    const inGroup = listed[list] % group;
    const start = (starts[list] + listed[list] - inGroup) * entryWords;
    // What fills up the group reads this input too: one that is not finite meets no output that has no weight for it.
    for (let i = inGroup; i < group; i++) entries[start + i] = offsets[row];
    for (let i = 0; i < Math.min(outputs, n - output); i++) floats[start + group + inGroup * outputs + i] = weights[first + i];
    listed[list]++;
  }
  return { counts, entries };
}

/** The place of the entry's first weight: outputs 0 to 3, 4 to 7 of a row share one. */
function firstOfEntry(place: number, n: number, outputs: number): number {
  return outputs === 1 ? place : place - ((place % n) % outputs);
}

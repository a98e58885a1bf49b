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

/** How many entries the lists of weights `[k, n]` have, not filled up: those of single outputs and those of four. */
export function countEntries(weights: Float32Array, n: number): Readonly<Record<1 | 4, number>> {
  let [singles, fours] = [0, 0];
  for (let row = 0; row < weights.length; row += n) {
    for (let output = 0; output < n; output += 4) {
      const before = singles;
      const end = row + Math.min(output + 4, n);
      for (let i = row + output; i < end; i++) if (weights[i] !== 0) singles++;
      if (singles > before) fours++;
    }
  }
  return { 1: singles, 4: fours };
}

/** Lists the weights. */
export function sparseLists(found: SparseWeights, { outputs, group, offset }: SparseListOptions): SparseLists {
  const { weights, n } = found;
  const offsets = Uint32Array.from({ length: weights.length / n }, (_, row) => offset(row));
  const firsts = orderedEntries(found, outputs, offsets);
  const counts = new Uint32Array(Math.ceil(n / outputs));
  for (const first of firsts) counts[(first % n) / outputs]++;
  const entryWords = 1 + outputs;
  const next = new Uint32Array(counts.length);
  let total = 0;
  for (let list = 0; list < counts.length; list++) {
    next[list] = total;
    counts[list] = Math.ceil(counts[list] / group) * group;
    total += counts[list];
  }
  const entries = new Uint32Array(total * entryWords);
  const floats = new Float32Array(entries.buffer);
  for (const first of firsts) {
    const output = first % n;
    const entry = next[output / outputs]++;
    const inGroup = entry % group;
    const start = (entry - inGroup) * entryWords;
    // What fills up the group reads this input too: one that is not finite meets no output that has no weight for it.
    entries.fill(offsets[(first - output) / n], start + inGroup, start + group);
    floats.set(weights.subarray(first, first + Math.min(outputs, n - output)), start + group + inGroup * outputs);
  }
  return { counts, entries };
}

/** The place of each entry's first weight, in the order of the offsets: read front to back, planes are found in the cache more often. */
function orderedEntries({ n, places }: SparseWeights, outputs: number, offsets: Uint32Array): Uint32Array {
  const firsts = new Uint32Array(places.length);
  let count = 0;
  for (const place of places) {
    // Outputs 0 to 3, 4 to 7 of a row have an entry together.
    const first = place - ((place % n) % outputs);
    if (count === 0 || first !== firsts[count - 1]) firsts[count++] = first;
  }
  const entries = firsts.subarray(0, count);
  const rowsInOrder = offsets.every((one, row) => row === 0 || one > offsets[row - 1]);
  return rowsInOrder ? entries : entries.sort((a, b) => offsets[Math.floor(a / n)] - offsets[Math.floor(b / n)]);
}

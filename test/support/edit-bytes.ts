/** A change of a file: bytes are taken out at a place, which is counted on from its beginning past its end, and others put there. */
export interface ByteEdit {
  readonly at: number;
  readonly remove: number;
  readonly insert: Uint8Array;
}

/** The bytes after one edit and the other. */
export function editBytes(bytes: Uint8Array, edits: readonly ByteEdit[]): Uint8Array {
  return edits.reduce((result, { at, remove, insert }) => {
    const start = at % result.length;
    const [before, behind] = [result.subarray(0, start), result.subarray(start + remove)];
    const changed = new Uint8Array(start + insert.length + behind.length);
    changed.set(before);
    changed.set(insert, start);
    changed.set(behind, start + insert.length);
    return changed;
  }, bytes);
}

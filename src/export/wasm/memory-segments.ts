/** A piece of memory that is not 0. */
export interface MemorySegment {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** So many zeros are worth a segment of their own behind them. */
const shortestGap = 1024;

/** What a memory has to be filled with; between the pieces it is 0. */
export function memorySegments(memory: Uint8Array): MemorySegment[] {
  const segments: MemorySegment[] = [];
  let start = -1;
  let end = 0;
  for (let at = 0; at < memory.length; at++) {
    if (memory[at] === 0) continue;
    if (start >= 0 && at - end >= shortestGap) {
      segments.push({ start, bytes: memory.slice(start, end) });
      start = at;
    }
    if (start < 0) start = at;
    end = at + 1;
  }
  if (start >= 0) segments.push({ start, bytes: memory.slice(start, end) });
  return segments;
}

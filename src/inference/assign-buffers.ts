/** Where each value of a computation is kept. */
export interface BufferPlan {
  /** For each value: the number of its buffer. */
  readonly bufferOf: readonly number[];
  /** For each buffer: the size of the largest value in it. */
  readonly sizes: readonly number[];
}

/**
 * Gives each value a buffer, and a buffer to another value as soon as nobody reads the one in it any more. A chain of steps so has two.
 * @param sizes of the values; value 0 is the input, value `i + 1` is what step `i` gives
 * @param reads for each step the values that it reads; the last step's value is the result
 */
export function assignBuffers(sizes: readonly number[], reads: readonly (readonly number[])[]): BufferPlan {
  const lastReader = new Map<number, number>();
  reads.forEach((values, step) => {
    for (const value of values) lastReader.set(value, step);
  });
  const bufferSizes: number[] = [];
  const free: number[] = [];
  const bufferOf = sizes.map(() => -1);
  const take = (value: number) => {
    const buffer = free.pop() ?? bufferSizes.push(0) - 1;
    bufferSizes[buffer] = Math.max(bufferSizes[buffer], sizes[value]);
    bufferOf[value] = buffer;
  };
  take(0);
  reads.forEach((values, step) => {
    take(step + 1);
    for (const value of new Set(values)) if (lastReader.get(value) === step) free.push(bufferOf[value]);
    if (!lastReader.has(step + 1) && step + 1 < reads.length) free.push(bufferOf[step + 1]); // nobody reads it
  });
  return { bufferOf, sizes: bufferSizes };
}

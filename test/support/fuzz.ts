import fc from 'fast-check';
import { DlError } from '../../src/core/errors.ts';

/** What became of many damaged inputs. */
export interface FuzzFigures {
  /** A result: some damage only gives other numbers. */
  readonly read: number;
  readonly refused: number;
  /** Of the processor: others may take it in the middle of a run. */
  readonly longestMs: number;
  /** Of the whole process, at any time so far. */
  readonly largestMemoryMegabytes: number;
}

/**
 * Reads `runs` drawn inputs: each must end in a result or in a `DlError`, everything else fails and is told as its smallest case.
 *
 * @param read throws what `isRefusal` lets pass
 * @param isRefusal @default any `DlError`
 * `DL_FUZZ_SEED` repeats what a run has printed as its seed.
 */
export async function fuzz<Input>(
  inputs: fc.Arbitrary<Input>,
  runs: number,
  read: (input: Input) => unknown,
  isRefusal = (error: unknown): boolean => error instanceof DlError,
): Promise<FuzzFigures> {
  let [done, refused, longestMs] = [0, 0, 0];
  const property = fc.asyncProperty(inputs, async (input) => {
    const begin = process.cpuUsage();
    try {
      await read(input);
      done++;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused++;
    }
    const { user, system } = process.cpuUsage(begin);
    longestMs = Math.max(longestMs, (user + system) / 1e3);
  });
  const { DL_FUZZ_SEED: seed } = process.env;
  await fc.assert(property, { numRuns: runs, ...(seed && { seed: Number(seed) }) });
  return {
    read: done,
    refused,
    longestMs: Math.round(longestMs),
    largestMemoryMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

import type { KernelExports } from '../../kernels/kernel-exports.ts';

/** A call of a kernel: every argument is a size, an address or a factor. */
export interface KernelCall {
  readonly name: string;
  readonly args: readonly number[];
}

/**
 * The functions of the kernels, and what is called of them while `record` runs. Those that return something only measure and are left
 * out: `gemmScratchBytes`.
 */
export function recordingExports<Exports extends Partial<KernelExports>>(
  exports: Exports,
): {
  readonly exports: Exports;
  record(run: () => void): KernelCall[];
} {
  let calls: KernelCall[] | undefined;
  const entries = Object.entries(exports).map(([name, kernel]) => {
    if (typeof kernel !== 'function') return [name, kernel];
    const recording = (...args: number[]) => {
      const result = (kernel as (...values: number[]) => number | undefined)(...args);
      if (result === undefined) calls?.push({ name, args: args.map(Number) });
      return result;
    };
    return [name, recording];
  });
  return {
    exports: Object.fromEntries(entries) as Exports,
    record(run) {
      calls = [];
      run();
      const recorded = calls;
      calls = undefined;
      return recorded;
    },
  };
}

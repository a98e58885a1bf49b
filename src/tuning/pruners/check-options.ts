import { DlError } from '../../core/errors.ts';

/** Refuses options of a pruner that are no whole numbers, or too small. @param options by name: the value and the least it may be */
export function checkWholeNumbers(pruner: string, options: Readonly<Record<string, readonly [value: number, least: number]>>): void {
  for (const [name, [value, least]] of Object.entries(options)) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new DlError('config', `${pruner}: ${name} is ${value}; it must be a whole number, at least ${least}.`);
  }
}

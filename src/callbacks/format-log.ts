import { formatNumber, formatPercent } from '../core/format.ts';

/** A log value as people read it: accuracies as per cent, everything else as a number. */
export function formatLog(key: string, value: number): string {
  return /accuracy$/i.test(key) && Number.isFinite(value) ? formatPercent(value) : formatNumber(value);
}

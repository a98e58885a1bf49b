import { formatCount } from '../core/format.ts';

/** 0.0421 -> `0.042 ms` */
export function milliseconds(value: number): string {
  return `${value < 10 ? Number(value.toPrecision(2)) : formatCount(value)} ms`;
}

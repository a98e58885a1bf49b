import type { Features } from '../data/features.ts';

/** Undoes `features.targetScaling`: targets and predictions as the data had them. */
export function rawValues({ targetScaling }: Features): (value: number) => number {
  const { mean, deviation } = targetScaling ?? { mean: 0, deviation: 1 };
  return (value) => value * deviation + mean;
}

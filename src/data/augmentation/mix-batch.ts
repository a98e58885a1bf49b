import type { Batch } from '../dataset.ts';
import type { Features } from '../features.ts';

/**
 * Blends every image of a batch with the next one, the last with the first (Zhang et al., "mixup", 2018), in place.
 * Classes become one share per class, `softTargets`; `targets` keeps the larger half's class, for metrics. Numbers to predict are blended.
 * @param shares of the image itself, `[size]`, 0 ... 1
 */
export function mixBatch({ size, inputs, targets }: Batch, { task, outputs }: Features, shares: ArrayLike<number>): Batch {
  const values = inputs.length / size;
  const mixed = targets.slice();
  const softTargets = task === 'classification' ? new Float32Array(size * outputs) : undefined;
  const first = inputs.slice(0, values);
  for (let i = 0; i < size; i++) {
    const share = size > 1 ? shares[i] : 1;
    const partner = (i + 1) % size;
    const other = partner === 0 ? first : inputs.subarray(partner * values, (partner + 1) * values);
    for (let j = 0, at = i * values; j < values; j++, at++) inputs[at] = share * inputs[at] + (1 - share) * other[j];
    if (softTargets) {
      softTargets[i * outputs + targets[i]] += share;
      softTargets[i * outputs + targets[partner]] += 1 - share;
      mixed[i] = targets[share >= 0.5 ? i : partner];
    } else {
      for (let o = 0; o < outputs; o++) {
        mixed[i * outputs + o] = share * targets[i * outputs + o] + (1 - share) * targets[partner * outputs + o];
      }
    }
  }
  return { size, inputs, targets: mixed, ...(softTargets && { softTargets }) };
}

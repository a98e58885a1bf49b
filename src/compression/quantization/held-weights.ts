import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { variableOf } from '../../layers/stable-weight-names.ts';
import type { NamedWeight } from '../../packed/model-file.ts';

/** A weight that the model has rounded. */
export interface HeldWeight {
  readonly shape: readonly number[];
  /** As it would be without rounding: small steps of the optimizer add up here. */
  readonly exact: Float32Array;
  /** As the model has it. */
  rounded: Float32Array;
  /** By place, the number of the set of equal values it belongs to. Undefined: values are on their own. */
  readonly clusters: Uint32Array | undefined;
}

/**
 * Takes what training did to the rounded weights over to the exact ones, and rounds them again. With gradients taken at the rounded
 * weights and steps taken by the exact ones this is the straight-through estimator (Bengio et al., 2013), for any optimizer.
 * @param round by weight name
 */
export function roundWeights(
  model: LayersModel,
  held: ReadonlyMap<string, HeldWeight>,
  round: (name: string, exact: NamedWeight) => Float32Array,
): void {
  tidy(() => {
    for (const weight of model.weights) {
      const one = held.get(weight.originalName);
      if (!one) continue;
      const variable = variableOf(weight);
      follow(one, variable.dataSync() as Float32Array);
      one.rounded = round(weight.originalName, { shape: one.shape, values: one.exact });
      variable.assign(tensor(one.rounded, variable.shape) as Tensor);
    }
  });
}

function follow({ exact, rounded, clusters }: HeldWeight, trained: Float32Array): void {
  const changes = clusters ? meanChanges(trained, rounded, clusters) : undefined;
  for (let i = 0; i < exact.length; i++) {
    const change = changes && clusters ? changes[clusters[i]] : trained[i] - rounded[i];
    // A step that was put to exactly 0 was pruned: what it had left must not grow back.
    if (change !== 0) exact[i] = trained[i] === 0 ? 0 : exact[i] + change;
  }
}

/** Equal values move together, by the mean of their steps; those that are 0 stay. */
function meanChanges(trained: Float32Array, rounded: Float32Array, clusters: Uint32Array): Float64Array {
  const count = clusters.reduce((most, cluster) => Math.max(most, cluster), 0) + 1;
  const [sums, sizes] = [new Float64Array(count), new Float64Array(count)];
  clusters.forEach((cluster, i) => {
    sums[cluster] += trained[i] - rounded[i];
    sizes[cluster]++;
  });
  return sums.map((sum, cluster) => (cluster === 0 ? 0 : sum / sizes[cluster]));
}

/** Numbers the sets of equal values; 0 is that of the zeros. */
export function clustersOf(values: Float32Array): Uint32Array {
  const numbers = new Map<number, number>([[0, 0]]);
  return Uint32Array.from(values, (value) => {
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return numbers.get(value) as number;
  });
}

import type { RandomStream } from '../../core/random.ts';
import { type CentroidInit, kMeans } from './k-means.ts';

/** Which weights of a kernel share a value. */
export interface SharedKernel {
  /** By position: the cluster that the weight belongs to, from 1 on; 0 for a weight that stays 0. */
  readonly clusters: Uint32Array;
  /** How many clusters there are, 0 not counted. */
  readonly count: number;
}

export interface ClusteringOptions {
  /** Shared values, 1 to 256; of each channel where there are several. */
  readonly count: number;
  readonly init: CentroidInit;
  /** Parts with values of their own, interleaved as in a kernel's last axis; 1 for one set of values. */
  readonly channels: number;
  /** Whether weights that are 0 stay 0, beside the shared values. */
  readonly preserveSparsity: boolean;
}

/** Puts weights of similar value into one cluster. */
export function clusterKernel(values: Float32Array, options: ClusteringOptions, random: RandomStream): SharedKernel {
  const { channels, preserveSparsity } = options;
  const clusters = new Uint32Array(values.length);
  let count = 0;
  for (let channel = 0; channel < channels; channel++) {
    const positions: number[] = [];
    for (let i = channel; i < values.length; i += channels) if (!preserveSparsity || values[i] !== 0) positions.push(i);
    const members = Float32Array.from(positions, (position) => values[position]);
    const { centroids, assignments } = kMeans(members, options.count, options.init, random);
    positions.forEach((position, member) => {
      clusters[position] = count + 1 + assignments[member];
    });
    count += centroids.length;
  }
  return { clusters, count };
}

/** Each value replaced by the sum, or the mean, over its cluster; 0 outside of any. */
export function aggregate(values: Float32Array, { clusters, count }: SharedKernel, by: 'sum' | 'mean'): Float32Array {
  const [sums, members] = [new Float64Array(count + 1), new Uint32Array(count + 1)];
  for (let i = 0; i < clusters.length; i++) {
    const cluster = clusters[i];
    if (cluster === 0) continue; // after pruning that is most of them
    sums[cluster] += values[i];
    members[cluster]++;
  }
  const shared = Float32Array.from(sums, (sum, cluster) => (by === 'sum' ? sum : sum / members[cluster]));
  const result = new Float32Array(clusters.length);
  for (let i = 0; i < clusters.length; i++) if (clusters[i] !== 0) result[i] = shared[clusters[i]];
  return result;
}

/** Takes weights that a pruning schedule has set to 0 since out of their clusters. */
export function releaseZeros(values: Float32Array, { clusters }: SharedKernel): void {
  for (let i = 0; i < values.length; i++) if (values[i] === 0) clusters[i] = 0;
}

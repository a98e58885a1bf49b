import type { NamedWeights } from '../../checkpoint/model-weights.ts';
import type { RandomStream } from '../../core/random.ts';
import type { NamedWeight } from '../../packed/model-file.ts';
import type { DependencyGraph, UnitAxis } from '../dependency-graph.ts';
import type { Units } from './unit-ties.ts';

/** How much each unit is worth, by its number in the graph. */
export type UnitImportance = ReadonlyMap<number, number>;

/** What can be read off the weights. */
export const weightImportances = {
  /** Sum of the magnitudes of a unit's kernels (Li et al., 2017). */
  l1: (graph: DependencyGraph, weights: NamedWeights) =>
    byKernel(graph, weights, (slice) => slice.reduce((sum, w) => sum + Math.abs(w), 0)),
  /** Euclidean norm of a unit's kernels. */
  l2: (graph: DependencyGraph, weights: NamedWeights) => byKernel(graph, weights, (slice) => Math.sqrt(squares(slice))),
  /** Sum of the distances to the other units of the layer: one that others resemble can be replaced by them (He et al., 2019). */
  geometricMedian: (graph: DependencyGraph, weights: NamedWeights) => byKernel(graph, weights, distances),
  /** Mean magnitude of a unit's BatchNorm scales (Liu et al., 2017). */
  batchNormScale: (graph: DependencyGraph, weights: NamedWeights) =>
    meanOf(scalesOf(graph).map(({ weight, units }) => ({ units, values: (weights.get(weight) as NamedWeight).values.map(Math.abs) }))),
} as const;

/** A number per unit, for comparison. */
export function randomImportance({ groups }: DependencyGraph, random: RandomStream): UnitImportance {
  return new Map(groups.flatMap(({ units }) => units.map((unit) => [unit, random.uniform()])));
}

/** The scales of BatchNorm. */
export function scalesOf({ axes }: DependencyGraph): UnitAxis[] {
  return axes.filter(({ weight, role }) => role === 'carries' && weight.endsWith('/gamma'));
}

/** The sum of values by the units that they belong to. */
export function sumOf(parts: readonly { readonly units: Units; readonly values: ArrayLike<number> }[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { units, values } of parts) units.forEach((unit, i) => void sums.set(unit, (sums.get(unit) ?? 0) + values[i]));
  return sums;
}

/** Their mean. */
export function meanOf(parts: readonly { readonly units: Units; readonly values: ArrayLike<number> }[]): UnitImportance {
  const counts = sumOf(parts.map(({ units }) => ({ units, values: units.map(() => 1) })));
  return new Map(Array.from(sumOf(parts), ([unit, sum]) => [unit, sum / (counts.get(unit) as number)]));
}

/** Summed over the kernels of all layers that make a unit. @param measure of one slice, and of all slices of its kernel */
function byKernel(
  { axes }: DependencyGraph,
  weights: NamedWeights,
  measure: (slice: Float32Array, all: readonly Float32Array[]) => number,
): UnitImportance {
  return sumOf(
    axes
      .filter(({ role }) => role === 'makes')
      .map(({ weight, axis, units }) => {
        const slices = slicesAlong(weights.get(weight) as NamedWeight, axis);
        return { units, values: slices.map((slice) => measure(slice, slices)) };
      }),
  );
}

/** What belongs to each index of an axis. */
function slicesAlong({ shape, values }: NamedWeight, axis: number): Float32Array[] {
  const length = shape[axis];
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const slices = Array.from({ length }, () => new Float32Array(values.length / length));
  values.forEach((value, i) => {
    const block = Math.floor(i / inner);
    slices[block % length][Math.floor(block / length) * inner + (i % inner)] = value;
  });
  return slices;
}

function distances(slice: Float32Array, all: readonly Float32Array[]): number {
  return all.reduce((sum, other) => {
    let squared = 0;
    for (let i = 0; i < slice.length; i++) squared += (slice[i] - other[i]) ** 2;
    return sum + Math.sqrt(squared);
  }, 0);
}

function squares(slice: Float32Array): number {
  return slice.reduce((sum, value) => sum + value * value, 0);
}

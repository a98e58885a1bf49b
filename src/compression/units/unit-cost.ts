import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type LayerSummary, summarize } from '../../models/summarize.ts';
import type { DependencyGraph } from '../dependency-graph.ts';

/** What a model costs, as `npm run summary` counts it. */
export interface ModelCost {
  /** Multiply-accumulates for one sample. */
  readonly macs: number;
  /** Single numbers in all weights. */
  readonly weights: number;
}

/** A function that says what the model costs without some of its units. */
export function unitCost(model: LayersModel, { axes }: DependencyGraph): (removed: ReadonlySet<number>) => ModelCost {
  const macsOfLayer = new Map(flatten(summarize(model).layers, 1));
  const weights = model.weights.map(({ originalName, shape }) => ({
    layer: originalName.slice(0, originalName.lastIndexOf('/')),
    size: product(shape),
    isKernel: /(^|[/_])kernel$/.test(originalName),
    axes: axes.filter(({ weight }) => weight === originalName),
  }));
  const kernelSizes = new Map<string, number>();
  for (const { layer, size, isKernel } of weights) if (isKernel) kernelSizes.set(layer, (kernelSizes.get(layer) ?? 0) + size);
  return (removed) => {
    let [macs, left] = [0, 0];
    for (const { layer, size, isKernel, axes: along } of weights) {
      const share = along.reduce((shares, { units }) => (shares * units.filter((unit) => !removed.has(unit)).length) / units.length, 1);
      left += size * share;
      // Every value of a layer's kernels is used equally often, whatever units it has.
      if (isKernel) macs += ((macsOfLayer.get(layer) ?? 0) / (kernelSizes.get(layer) as number)) * size * share;
    }
    return { macs: Math.round(macs), weights: Math.round(left) };
  };
}

function flatten(layers: readonly LayerSummary[], times: number): [string, number][] {
  return layers.flatMap(({ name, multiplyAccumulates, layers: inner, places }) =>
    inner ? flatten(inner, times * places) : [[name, times * multiplyAccumulates] as [string, number]],
  );
}

function product(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((result, size) => result * (size ?? 1), 1);
}

import { LayersModel } from '@tensorflow/tfjs-layers';
import type { NamedWeights } from '../../checkpoint/model-weights.ts';
import type { NamedWeight } from '../../packed/model-file.ts';
import type { DependencyGraph } from '../dependency-graph.ts';
import { type LayerTopology, type Topology, topologyOf } from '../surgery/topology.ts';

/**
 * The topology and the weights of a model without some of its units. The model is left as it is.
 * @param removed roots of the graph, never all of a group
 */
export function removeUnits(
  model: LayersModel,
  weights: NamedWeights,
  graph: DependencyGraph,
  removed: ReadonlySet<number>,
): { topology: Topology; weights: NamedWeights } {
  const left = new Map(weights);
  for (const { weight, axis, units } of graph.axes) {
    const kept = Array.from(units.keys()).filter((i) => !removed.has(units[i]));
    if (kept.length < units.length) left.set(weight, take(left.get(weight) as NamedWeight, axis, kept));
  }
  const topology = structuredClone(topologyOf(model));
  changeSettings(topology.config.layers, model, graph, removed);
  return { topology, weights: left };
}

/** The entries `kept` along an axis. */
function take({ shape, values }: NamedWeight, axis: number, kept: readonly number[]): NamedWeight {
  const length = shape[axis];
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = values.length / (length * inner);
  const result = new Float32Array(outer * kept.length * inner);
  let at = 0;
  for (let block = 0; block < outer; block++) {
    for (const index of kept) {
      const start = (block * length + index) * inner;
      result.set(values.subarray(start, start + inner), at);
      at += inner;
    }
  }
  return { shape: shape.map((size, i) => (i === axis ? kept.length : size)), values: result };
}

/** @param layers the topology of the model's layers, in their order */
function changeSettings(layers: readonly LayerTopology[], model: LayersModel, graph: DependencyGraph, removed: ReadonlySet<number>): void {
  model.layers.forEach((layer, i) => {
    const { config } = layers[i];
    for (const { key, units } of graph.settings.filter((setting) => setting.layer === layer)) {
      if (!(key in config)) continue;
      const left = units.filter((unit) => !removed.has(unit)).length;
      const before = config[key];
      config[key] = Array.isArray(before) ? [...before.slice(0, -1), left] : left;
    }
    if (layer instanceof LayersModel) changeSettings(config.layers as readonly LayerTopology[], layer, graph, removed);
  });
}

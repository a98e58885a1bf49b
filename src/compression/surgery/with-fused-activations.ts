import type { TechniqueNote } from '../technique.ts';
import { isCalledAgain, type LayerReads, layerReads } from './layer-reads.ts';
import { rankOf } from './rank-of.ts';
import { replaceLayers } from './replace-layers.ts';
import type { LayerTopology, Topology } from './topology.ts';

/** By Keras' class, what has an activation of its own that it computes together with its sums. */
const withActivation: readonly string[] = ['Conv1D', 'Conv2D', 'Conv2DTranspose', 'Dense', 'DepthwiseConv2D', 'SeparableConv2D'];

/** A model whose activations are computed by the layers before them. */
export interface FusedModel {
  readonly topology: Topology;
  /** Which layers were merged. */
  readonly notes: readonly TechniqueNote[];
}

/**
 * Makes each layer that is only an activation the `activation` of the convolution or dense layer before it, where that has none and is read
 * by nothing else: the outputs are the same. The weights keep their names.
 */
export function withFusedActivations(topology: Topology): FusedModel {
  const given = new Map<string, string>();
  const merged = new Map<string, string>();
  for (const { layer, before, activation } of fusibleActivations(topology)) {
    given.set(before.config.name, activation);
    merged.set(layer.config.name, before.config.name);
  }
  const changed = replaceLayers(topology, (layer) => {
    if (merged.has(layer.config.name)) return [];
    const activation = given.get(layer.config.name);
    return activation === undefined ? undefined : [{ ...layer, config: { ...layer.config, activation } }];
  });
  return { topology: changed, notes: Array.from(merged, ([layer, before]) => ({ layer, text: `merged into ${before}` })) };
}

/** Whether there is an activation that can be merged. */
export function hasFusibleActivation(topology: Topology): boolean {
  return fusibleActivations(topology).length > 0;
}

function fusibleActivations(topology: Topology) {
  const all = layerReads(topology);
  return Array.from(all.layers.values()).flatMap((layer) => {
    const activation = activationOf(layer, all);
    const [source] = all.reads.get(layer.config.name) as readonly string[];
    const before = all.layers.get(source);
    if (activation === undefined || !before || !withActivation.includes(before.class_name)) return [];
    if ((before.config.activation ?? 'linear') !== 'linear' || all.readers.get(source) !== 1) return [];
    if ([layer, before].some(isCalledAgain) || before.config.data_format === 'channels_first') return [];
    return [{ layer, before, activation }];
  });
}

/** By Keras' name for the `activation` of a layer, what a layer computes that does nothing else. */
function activationOf({ class_name: kind, config }: LayerTopology, all: LayerReads): string | undefined {
  if (kind === 'Activation') return config.activation as string;
  if (kind === 'Softmax') return config.axis === -1 || config.axis === rankOf(all, config.name) - 1 ? 'softmax' : undefined;
  if (kind === 'ELU') return (config.alpha ?? 1) === 1 ? 'elu' : undefined;
  if (kind !== 'ReLU' || config.negative_slope || config.threshold) return undefined;
  return (config.max_value ?? undefined) === undefined ? 'relu' : config.max_value === 6 ? 'relu6' : undefined;
}

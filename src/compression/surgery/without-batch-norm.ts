import type { NamedWeights } from '../../checkpoint/model-weights.ts';
import type { NamedWeight } from '../../packed/model-file.ts';
import type { TechniqueNote } from '../technique.ts';
import { isCalledAgain, type LayerReads, layerReads } from './layer-reads.ts';
import { rankOf } from './rank-of.ts';
import { replaceLayers } from './replace-layers.ts';
import type { LayerTopology, Topology } from './topology.ts';

/** A model without the batch normalizations that could be merged. */
export interface FoldedModel {
  readonly topology: Topology;
  readonly weights: NamedWeights;
  /** Which were merged, and why others were not. */
  readonly notes: readonly TechniqueNote[];
}

/** By Keras' class, the weight that is multiplied by the output channel. */
const kernelNames: Readonly<Record<string, string>> = { Conv2D: 'kernel', Dense: 'kernel', DepthwiseConv2D: 'depthwise_kernel' };

/**
 * Merges each BatchNormalization into the convolution or dense layer before it, which then has a bias: in inference it is nothing
 * but a factor and a term per channel (Jacob et al., 2018). The outputs stay the same within 1e-5. One that does not
 * follow such a layer stays, and a note says why.
 */
export function withoutBatchNorm(topology: Topology, weights: NamedWeights): FoldedModel {
  const merged = new Map<string, LayerTopology>();
  const folded = new Map(weights);
  const notes: TechniqueNote[] = [];
  for (const { norm, layer, obstacle } of batchNorms(topology)) {
    if (obstacle || !layer) {
      notes.push({ layer: norm.config.name, text: `stays: ${obstacle}` });
      continue;
    }
    foldInto(folded, layer, norm);
    merged.set(norm.config.name, layer);
    notes.push({ layer: norm.config.name, text: `merged into ${layer.config.name}` });
  }
  const withBias = new Set(Array.from(merged.values(), ({ config }) => config.name));
  const changed = replaceLayers(topology, (layer) => {
    if (merged.has(layer.config.name)) return [];
    return withBias.has(layer.config.name) ? [{ ...layer, config: { ...layer.config, use_bias: true } }] : undefined;
  });
  return { topology: changed, weights: folded, notes };
}

/** Whether there is a normalization that can be merged. */
export function hasFoldableBatchNorm(topology: Topology): boolean {
  return batchNorms(topology).some(({ obstacle }) => obstacle === undefined);
}

/** Every normalization, the layer before it, and why the two cannot be merged. */
function batchNorms(topology: Topology) {
  const all = layerReads(topology);
  return Array.from(all.layers.values())
    .filter(({ class_name: kind }) => kind === 'BatchNormalization')
    .map((norm) => {
      const [source] = all.reads.get(norm.config.name) as readonly string[];
      const layer = all.layers.get(source);
      return { norm, layer, obstacle: obstacleTo(norm, layer, all) };
    });
}

/** Why a normalization cannot be merged; undefined where it can. */
function obstacleTo(norm: LayerTopology, layer: LayerTopology | undefined, all: LayerReads): string | undefined {
  if (!layer || !(layer.class_name in kernelNames)) return 'it does not follow a convolution or a dense layer';
  const { name, activation = 'linear', data_format: format } = layer.config;
  if (activation !== 'linear') return `${name} ends with ${activation}`;
  if ((all.readers.get(name) as number) > 1) return `others read ${name} too`;
  if ([norm, layer].some(isCalledAgain)) return 'the model calls it more than once';
  if (format === 'channels_first') return `${name} has its channels first`;
  if (layer.config.depth_multiplier !== undefined && layer.config.depth_multiplier !== 1) return `${name} has a depth multiplier`;
  const axis = [norm.config.axis ?? -1].flat()[0];
  return axis === -1 || axis === rankOf(all, name) - 1 ? undefined : `it normalises axis ${axis}, not the last one`;
}

function foldInto(weights: Map<string, NamedWeight>, layer: LayerTopology, norm: LayerTopology): void {
  const take = (key: string) => {
    const values = weights.get(`${norm.config.name}/${key}`)?.values;
    weights.delete(`${norm.config.name}/${key}`);
    return values;
  };
  const [mean, variance] = [take('moving_mean'), take('moving_variance')] as [Float32Array, Float32Array];
  const [gamma, beta] = [take('gamma'), take('beta')];
  const epsilon = (norm.config.epsilon as number | undefined) ?? 1e-3;
  const factor = Float64Array.from(variance, (value, i) => (gamma?.[i] ?? 1) / Math.sqrt(value + epsilon));

  const kernelName = `${layer.config.name}/${kernelNames[layer.class_name]}`;
  const { shape, values } = weights.get(kernelName) as NamedWeight;
  const biasName = `${layer.config.name}/bias`;
  const bias = weights.get(biasName)?.values;
  const channels = factor.length;
  const newKernel = { shape, values: values.map((value, i) => value * factor[i % channels]) };
  const newBias = {
    shape: [channels],
    values: Float32Array.from(mean, (value, i) => (beta?.[i] ?? 0) + ((bias?.[i] ?? 0) - value) * factor[i]),
  };
  // In the order of the layers: the bias behind its kernel.
  const entries = [...weights].flatMap(([name, weight]): [string, NamedWeight][] => {
    if (name === biasName) return [];
    return name === kernelName ? [[name, newKernel], [biasName, newBias]] : [[name, weight]]; // biome-ignore format: one line
  });
  weights.clear();
  for (const [name, weight] of entries) weights.set(name, weight);
}

import { tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NamedWeights } from '../../checkpoint/model-weights.ts';
import { QuantConv2D } from '../../layers/quant-conv2d.ts';
import { QuantDense } from '../../layers/quant-dense.ts';
import { replaceLayers } from './replace-layers.ts';
import type { LayerTopology, Topology } from './topology.ts';

/**
 * Quantized layers as plain ones whose kernels are what the quantized layers compute with, behind a sign where they read signs: what
 * every loader runs, and what is short in a file. A layer that rounds its input in another way stays as it is.
 */
export function withPlainLayers(
  model: LayersModel,
  topology: Topology,
  weights: NamedWeights,
): { topology: Topology; weights: NamedWeights } {
  const quantized = new Map(model.layers.filter(isQuantized).map((layer) => [layer.name, layer]));
  if (quantized.size === 0) return { topology, weights };
  const changed = new Map(weights);
  for (const [name, layer] of quantized) {
    const kernel = tidy(() => layer.quantizers.quantizeKernel(layer.weights[0].read()).dataSync() as Float32Array);
    changed.set(`${name}/kernel`, { shape: layer.weights[0].shape as number[], values: kernel });
    for (const { originalName } of layer.weights) if (originalName.endsWith('_scale')) changed.delete(originalName);
  }
  return { topology: replaceLayers(topology, (layer) => plainLayers(layer, quantized.get(layer.config.name))), weights: changed };
}

function isQuantized(layer: LayersModel['layers'][number]): layer is QuantDense | QuantConv2D {
  if (!(layer instanceof QuantDense || layer instanceof QuantConv2D)) return false;
  const { input } = layer.quantizers;
  return input === undefined || input.name === 'steSign' || input.name === 'approxSign';
}

function plainLayers(layer: LayerTopology, quantized: QuantDense | QuantConv2D | undefined): LayerTopology[] | undefined {
  if (!quantized) return undefined;
  const { kernel_quantizer, input_quantizer, kernel_scale, ...config } = layer.config;
  const plain: LayerTopology = { class_name: quantized instanceof QuantDense ? 'Dense' : 'Conv2D', config };
  if (!quantized.quantizers.input) return [plain];
  return [{ class_name: 'SignActivation', config: { name: `${config.name}-sign`, quantizer: input_quantizer } }, plain];
}

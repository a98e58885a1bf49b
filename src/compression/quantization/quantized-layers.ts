import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../../core/errors.ts';
import { type LayerPatterns, matchLayers } from '../../layers/freeze.ts';
import { fractionsByLayer, type LayerFractions } from '../layer-fractions.ts';

/** 8 or 4 bits for the weights of each quantized layer, by its name. */
export type BitsByLayer = ReadonlyMap<string, 8 | 4>;

/** By Keras' class: the weight that is quantized, and the axis of its output channels. */
const kernels: Readonly<Record<string, { readonly name: string; readonly axis: number }>> = {
  Conv2D: { name: 'kernel', axis: 3 },
  DepthwiseConv2D: { name: 'depthwise_kernel', axis: 2 },
  Dense: { name: 'kernel', axis: 1 },
};

/** A layer whose weights can be whole numbers. */
export interface QuantizableLayer {
  readonly layer: string;
  /** `conv1/kernel` */
  readonly weight: string;
  readonly axis: number;
}

export function quantizableLayers(model: LayersModel): QuantizableLayer[] {
  return model.layers.flatMap((layer) => {
    const kernel = kernels[layer.getClassName()];
    return kernel ? [{ layer: layer.name, weight: `${layer.name}/${kernel.name}`, axis: kernel.axis }] : [];
  });
}

/** Layers with weights that stay float: of other classes than convolutions and dense layers. BatchNorm has no share in it. */
export function floatLayers(model: LayersModel): { readonly layer: string; readonly kind: string }[] {
  return model.layers
    .filter((layer) => layer.weights.length > 0 && !kernels[layer.getClassName()] && layer.getClassName() !== 'BatchNormalization')
    .map((layer) => ({ layer: layer.name, kind: layer.getClassName() }));
}

/**
 * Which layers get how many bits.
 * @param bits for all, or by layer name; layers that no pattern matches stay float
 * @param exclude layers that stay float in any case
 * @throws DlError `config` for other numbers and unknown names, `refused` where no layer is left
 */
export function bitsByLayer(model: LayersModel, bits: LayerFractions, exclude: LayerPatterns): BitsByLayer {
  const names = quantizableLayers(model).map(({ layer }) => layer);
  if (names.length === 0) {
    const kinds = [...new Set(floatLayers(model).map(({ kind }) => kind))].join(', ') || 'none';
    throw new DlError(
      'refused',
      `quantize finds no convolution or dense layer in this model (layers with weights: ${kinds}). quantize({ dtype: 'float16' }) halves any model.`,
    );
  }
  const chosen = fractionsByLayer('quantize bits', bits, names);
  const excluded = matchLayers(model, exclude, 'quantize exclude').map(({ name }) => name);
  for (const name of excluded) chosen.delete(name);
  for (const [layer, value] of chosen) {
    if (value !== 8 && value !== 4) throw new DlError('config', `quantize bits is ${value} for ${layer}; allowed are 8 and 4.`);
  }
  if (chosen.size === 0) throw new DlError('refused', 'quantize leaves every layer float: its bits and exclude name no layer to quantize.');
  return chosen as Map<string, 8 | 4>;
}

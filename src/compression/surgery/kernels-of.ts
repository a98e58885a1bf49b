import type { LayersModel } from '@tensorflow/tfjs-layers';
import { variableOf } from '../../layers/stable-weight-names.ts';

/** Every kernel of a model: of convolutions, depthwise ones too, and of dense layers; no biases, nothing of BatchNorm. */
export function kernelsOf(model: LayersModel) {
  return model.weights
    .filter(({ originalName }) => isKernel(originalName))
    .map((weight) => ({
      layer: layerOfWeight(weight.originalName),
      name: weight.originalName,
      shape: weight.shape as readonly number[],
      variable: variableOf(weight),
    }));
}

/** `conv1/kernel`, `depthwise1/depthwise_kernel` */
export function isKernel(weight: string): boolean {
  return /[/_]kernel$/.test(weight);
}

/** `conv1/kernel` -> `conv1` */
export function layerOfWeight(weight: string): string {
  return weight.slice(0, weight.lastIndexOf('/'));
}

import { mul, type NamedTensorMap, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type LayersModel, type SymbolicTensor, model as tfModel } from '@tensorflow/tfjs-layers';
import type { Batch } from '../data/dataset.ts';
import type { Features } from '../data/features.ts';

/** Where NaN or infinity first came from. */
export interface Anomaly {
  readonly kind: 'input' | 'weight' | 'output' | 'gradient';
  /** The number of the sample in its batch, the weight (`conv1/kernel`), or the layer. */
  readonly name: string;
}

/** Whether any value is NaN or infinite. */
export function hasNonFinite(values: Tensor): boolean {
  return tidy(() => !Number.isFinite(sum(mul(values, 0)).dataSync()[0]));
}

/**
 * Looks where the gradients of a step became NaN or infinite: in the batch, in the weights, in a layer on the way forward, else on the
 * way back. To be called before the step is taken.
 */
export function findAnomaly(model: LayersModel, features: Features, batch: Batch | undefined, gradients: NamedTensorMap): Anomaly {
  const weight = model.weights.find((one) => hasNonFinite(one.read()));
  const sample = batch ? batch.inputs.findIndex((value) => !Number.isFinite(value)) : -1;
  if (batch && sample >= 0) return { kind: 'input', name: String(Math.floor((sample * batch.size) / batch.inputs.length)) };
  if (weight) return { kind: 'weight', name: weight.originalName };
  const layer = batch && firstLayer(model, tensor(batch.inputs, [batch.size, ...features.inputShape]));
  if (layer !== undefined) return { kind: 'output', name: layer };
  // The way back begins at the last layer.
  const name = Object.keys(gradients).findLast((one) => hasNonFinite(gradients[one])) ?? '';
  return { kind: 'gradient', name };
}

/** The first layer whose outputs are not all numbers. */
function firstLayer(model: LayersModel, inputs: Tensor): string | undefined {
  return tidy(() => {
    const layers = model.layers.filter((layer) => layer.getClassName() !== 'InputLayer');
    const every = tfModel({ inputs: model.inputs, outputs: layers.map((layer) => layer.getOutputAt(0) as SymbolicTensor) });
    const outputs = [every.predict(inputs, { batchSize: inputs.shape[0] })].flat() as Tensor[];
    return layers[outputs.findIndex(hasNonFinite)]?.name;
  });
}

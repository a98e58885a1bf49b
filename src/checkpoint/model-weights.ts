import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import type { NamedWeight } from '../packed/model-file.ts';

/** Weights by name, `conv1/kernel`, in layer order. */
export type NamedWeights = ReadonlyMap<string, NamedWeight>;

/** Copies every weight of a model (moving averages too) out of the backend. */
export async function readWeights(model: LayersModel): Promise<NamedWeights> {
  const weights = new Map<string, NamedWeight>();
  for (const weight of model.weights) {
    const value = weight.read();
    weights.set(weight.originalName, { shape: value.shape, values: Float32Array.from(await value.data()) });
  }
  return weights;
}

/**
 * Sets every weight of a model.
 * @throws DlError `shape` naming the first weight that is missing or differs in shape; nothing was changed then
 */
export function writeWeights(model: LayersModel, weights: NamedWeights): void {
  for (const { originalName, shape } of model.weights) {
    const found = weights.get(originalName);
    if (!found) throw new DlError('shape', `The weights do not belong to this model: it has ${originalName}, they do not.`);
    if (String(found.shape) !== String(shape)) {
      throw new DlError(
        'shape',
        `The weights do not belong to this model: ${originalName} is [${shape}] in it and [${found.shape}] there.`,
      );
    }
  }
  tidy(() => {
    for (const weight of model.weights) {
      const { values, shape } = weights.get(weight.originalName) as NamedWeight;
      weight.write(tensor(values, [...shape], weight.dtype as 'float32'));
    }
  });
}

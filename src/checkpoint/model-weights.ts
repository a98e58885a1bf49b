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
    weights.set(weight.originalName, { shape: value.shape, values: new Float32Array(await value.data()) });
  }
  return weights;
}

/**
 * Sets every weight of a model.
 * @throws DlError `shape` naming the first layer that differs; nothing was changed then
 */
export function loadWeightsInto(model: LayersModel, { weights }: { readonly weights: NamedWeights }): void {
  checkFit(model, weights);
  tidy(() => {
    for (const weight of model.weights) {
      const { values, shape } = weights.get(weight.originalName) as NamedWeight;
      weight.write(tensor(values, [...shape], weight.dtype as 'float32'));
    }
  });
}

function checkFit(model: LayersModel, weights: NamedWeights): void {
  for (const { originalName: name, shape } of model.weights) {
    const saved = weights.get(name);
    const here = `weight ${nameInLayer(name)} [${shape}]`;
    if (!saved) throw differs(name, `the model has the ${here}, the saved weights do not`);
    if (String(saved.shape) !== String(shape)) throw differs(name, `the model has the ${here}, saved is [${saved.shape}]`);
  }
  const known = new Set(model.weights.map((weight) => weight.originalName));
  for (const [name, { shape }] of weights) {
    if (!known.has(name)) throw differs(name, `saved is the weight ${nameInLayer(name)} [${shape}], the model has none of that name`);
  }
}

function differs(name: string, how: string): DlError {
  const layer = name.slice(0, name.lastIndexOf('/'));
  return new DlError('shape', `The saved weights are those of another model. First difference: layer ${layer}: ${how}.`);
}

function nameInLayer(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import type { Layer } from '../layers/layers.ts';
import { drawWeights, type InitializerConfig } from './draw-weights.ts';

/**
 * Draws every weight of `model` anew, after its layer's initializer (`kernelInitializer` ...).
 * Each weight has a random stream of its own, named by layer and weight: changing one layer leaves the others' weights as they are.
 * @throws DlError `refused` for an initializer that cannot be drawn
 */
export function initializeWeights(model: LayersModel, seed: number): void {
  for (const layer of model.layers) {
    if ('layers' in layer) initializeWeights(layer as LayersModel, seed);
    else initializeLayer(layer, seed);
  }
}

function initializeLayer(layer: Layer, seed: number): void {
  const config = layer.weights.length > 0 ? layer.getConfig() : {};
  for (const weight of layer.weights) {
    const name = weight.originalName.slice(weight.originalName.lastIndexOf('/') + 1);
    const initializer = config[initializerKey(name)] as unknown as InitializerConfig | undefined;
    if (!initializer) {
      throw new DlError(
        'refused',
        `Layer ${layer.name} does not say how its weight ${name} starts: its config has no ${initializerKey(name)}.`,
      );
    }
    const shape = weight.shape as number[];
    const values = drawWeights(initializer, shape, new RandomStream(seed, 'weights', layer.name, name), `${layer.name}/${name}`);
    tidy(() => weight.write(tensor(values, shape)) && undefined); // a constraint makes a tensor more
  }
}

/** `depthwise_kernel` -> `depthwiseInitializer`, `moving_mean` -> `movingMeanInitializer`, `kernel` -> `kernelInitializer`. */
function initializerKey(weight: string): string {
  const camelCase = weight.replace(/_kernel$/, '').replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${camelCase}Initializer`;
}

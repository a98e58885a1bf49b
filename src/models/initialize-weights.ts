import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { RandomStream } from '../core/random.ts';
import type { Layer } from '../layers/layers.ts';
import { drawWeights, type InitializerConfig } from './draw-weights.ts';

/**
 * Draws every weight of `model` anew, after its layer's initializer (`kernelInitializer` ...).
 * Each weight has a random stream of its own, named by layer and weight: changing one layer leaves the others' weights as they are. What a
 * `Bidirectional` or `TimeDistributed` holds starts by the initializers of the layer inside, each direction for itself.
 * @throws DlError `refused` for an initializer that cannot be drawn
 */
export function initializeWeights(model: LayersModel, seed: number): void {
  for (const layer of model.layers) {
    if ('layers' in layer) initializeWeights(layer as LayersModel, seed);
    else initializeLayer(layer, seed);
  }
}

function initializeLayer(layer: Layer, seed: number): void {
  const config = layer.weights.length > 0 ? innerConfig(layer) : {};
  for (const weight of layer.weights) {
    const [direction, name] = nameOf(layer, weight.originalName);
    const initializer = config[initializerKey(name)] as unknown as InitializerConfig | undefined;
    if (!initializer) {
      throw new DlError(
        'refused',
        `Layer ${layer.name} does not say how its weight ${name} starts: its config has no ${initializerKey(name)}.`,
      );
    }
    const shape = weight.shape as number[];
    const random = new RandomStream(seed, 'weights', layer.name, ...direction, name);
    const values = drawWeights(initializer, shape, random, `${layer.name}/${name}`);
    // An LSTM that begins by keeping what it has seen: its gates stand in the order input, forget, cell, output.
    if (name === 'bias' && config.unitForgetBias === true) values.fill(1, shape[0] / 4, shape[0] / 2);
    tidy(() => weight.write(tensor(values, shape)) && undefined); // a constraint makes a tensor more
  }
}

/** The config that says how the weights start: of a wrapper (`Bidirectional`, `TimeDistributed`) that of the layer inside. */
function innerConfig(layer: Layer): Readonly<Record<string, unknown>> {
  const config = layer.getConfig();
  const { layer: inner } = config as { layer?: { config?: Readonly<Record<string, unknown>> } };
  return inner?.config ?? config;
}

/** `['forward'], 'kernel'`. The name of the layer inside is left out: tfjs counts it over the whole process. */
function nameOf(layer: Layer, weightName: string): readonly [direction: readonly string[], name: string] {
  const path = weightName.split('/');
  const [direction] = layer.getClassName() === 'Bidirectional' ? path[path.length - 2].split('_') : [];
  return [direction === undefined ? [] : [direction], path[path.length - 1]];
}

/** `depthwise_kernel` -> `depthwiseInitializer`, `moving_mean` -> `movingMeanInitializer`, `kernel` -> `kernelInitializer`. */
function initializerKey(weight: string): string {
  const camelCase = weight.replace(/_kernel$/, '').replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${camelCase}Initializer`;
}

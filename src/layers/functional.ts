import { type LayersModel, type SymbolicTensor, model as tfModel } from '@tensorflow/tfjs-layers';
import { nextLayerName } from './layer-names.ts';
import { type Layer, layers } from './layers.ts';
import { tooSmall, wrongShape } from './wrong-shape.ts';

/** Layers of the model that is being built, of one inside another too. */
let built: Layer[] = [];

/**
 * Builds a model whose layers branch and meet again.
 * @param inputShape of one sample
 * @param build leads the input through layers, with `through` and blocks, and returns what the model gives
 * @example functional([32, 32, 3], (images) => through([images, through(images, layers.conv2d({ ... }))], layers.add()))
 */
export function functional(inputShape: readonly number[], build: (input: SymbolicTensor) => SymbolicTensor): LayersModel {
  const outer = built;
  built = [];
  try {
    const input = layers.input({ shape: [...inputShape] });
    return tfModel({ inputs: input, outputs: build(input), name: nextLayerName('functional') });
  } catch (error) {
    for (const weight of new Set(built.flatMap((layer) => layer.weights))) weight.dispose();
    throw error;
  } finally {
    built = outer;
  }
}

/**
 * Leads a value (or, for layers like `add`, several) through layers, one behind the other.
 * @throws DlError `shape` where a layer cannot take it or leaves nothing of it
 */
export function through(value: SymbolicTensor | readonly SymbolicTensor[], ...behind: readonly Layer[]): SymbolicTensor {
  let current = (Array.isArray(value) ? [...value] : value) as SymbolicTensor | SymbolicTensor[];
  for (const layer of behind) {
    const shapes = [current].flat().map(({ shape }) => shape);
    built.push(layer);
    try {
      current = layer.apply(current) as SymbolicTensor;
    } catch (cause) {
      throw wrongShape(layer.name, shapes, cause);
    }
    if (current.shape.some((size) => size !== null && size < 1)) throw tooSmall(layer.name, shapes[0], current.shape);
  }
  return current as SymbolicTensor;
}

import { type Sequential, sequential as tfSequential } from '@tensorflow/tfjs-layers';
import { nextLayerName } from './layer-names.ts';
import type { Layer } from './layers.ts';
import { tooSmall, wrongShape } from './wrong-shape.ts';

/**
 * Puts layers one behind the other; the first one has an `inputShape`.
 * @throws DlError `shape` where a layer cannot take what the one before gives, or leaves nothing of it; `config` for one too large
 */
export function sequential(layers: readonly Layer[]): Sequential {
  const model = tfSequential({ name: nextLayerName('sequential') });
  try {
    let shape = layers[0]?.batchInputShape;
    for (const layer of layers) {
      shape = add(model, layer, shape);
    }
    return model;
  } catch (error) {
    // layer.dispose() refuses layers that were not connected yet.
    for (const weight of layers.flatMap((layer) => layer.weights)) weight.dispose();
    throw error;
  }
}

type Shape = (number | null)[];

function add(model: Sequential, layer: Layer, inputShape: Shape | undefined): Shape {
  try {
    model.add(layer);
  } catch (cause) {
    throw wrongShape(layer.name, [inputShape], cause);
  }
  const outputShape = model.outputs[0].shape;
  if (outputShape.some((size) => size !== null && size < 1)) throw tooSmall(layer.name, inputShape, outputShape);
  return outputShape;
}

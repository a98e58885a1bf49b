import { type Sequential, sequential as tfSequential } from '@tensorflow/tfjs-layers';
import { cannotTake, checkLeavesSomething } from './cannot-take.ts';
import { nextLayerName } from './layer-names.ts';
import type { Layer } from './layers.ts';

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
  const inputs = inputShape ? [inputShape] : [];
  try {
    model.add(layer);
  } catch (cause) {
    throw cannotTake(layer, inputs, cause);
  }
  const outputShape = model.outputs[0].shape;
  checkLeavesSomething(layer, inputs, outputShape);
  return outputShape;
}

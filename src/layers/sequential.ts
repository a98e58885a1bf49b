import { type Sequential, sequential as tfSequential } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
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
  try {
    model.add(layer);
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new DlError('config', `Layer ${layer.name} has more weights than the memory can hold.`, { cause });
    throw new DlError('shape', `Layer ${layer.name} cannot take inputs of shape ${show(inputShape)}. ${reason(cause, layer.name)}`, {
      cause,
    });
  }
  const outputShape = model.outputs[0].shape;
  if (outputShape.some((size) => size !== null && size < 1)) {
    throw new DlError(
      'shape',
      `Layer ${layer.name} cannot take inputs of shape ${show(inputShape)}. They are too small for it: its output would be ${show(outputShape)}.`,
    );
  }
  return outputShape;
}

/** `[28, 28, 1]`: without the batch axis. */
function show(shape: Shape | undefined): string {
  return shape ? `[${shape.slice(1).join(', ')}]` : '(none given)';
}

function reason(cause: unknown, layer: string): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const [, expected] = /expected ((?:min_)?ndim=\d)/.exec(text) ?? [];
  if (expected === 'ndim=4' || expected === 'min_ndim=3') return 'It needs images: [height, width, channels].';
  if (text.startsWith('Negative dimension')) return 'They are too small for it.';
  if (expected === 'ndim=2') return `It needs one row of numbers: put layers.flatten() before ${layer}.`;
  return text;
}

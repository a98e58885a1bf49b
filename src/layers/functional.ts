import { type LayersModel, type SymbolicTensor, model as tfModel } from '@tensorflow/tfjs-layers';
import { cannotTake, checkLeavesSomething } from './cannot-take.ts';
import { nextLayerName } from './layer-names.ts';
import { type Layer, layers } from './layers.ts';

/** The layers of the model that is being built: a failure must leave none of their weights behind. */
let connected: Set<Layer> | undefined;

/**
 * Builds a model whose layers branch and meet again.
 * @param inputShape of one sample
 * @param build leads the input through layers, with `through` and blocks, and returns what the model gives
 * @example functional([32, 32, 3], (images) => through([images, through(images, layers.conv2d({ ... }))], layers.add()))
 */
export function functional(inputShape: readonly number[], build: (input: SymbolicTensor) => SymbolicTensor): LayersModel {
  const outer = connected;
  connected = new Set();
  try {
    const input = layers.input({ shape: [...inputShape] });
    return tfModel({ inputs: input, outputs: build(input), name: nextLayerName('functional') });
  } catch (error) {
    for (const weight of new Set([...connected].flatMap((layer) => layer.weights))) weight.dispose();
    throw error;
  } finally {
    connected = outer;
  }
}

/**
 * Leads a value (or, for layers like `add`, several) through layers, one behind the other.
 * @throws DlError `shape` where a layer cannot take it, or leaves nothing of it; `config` for one too large
 */
export function through(value: SymbolicTensor | readonly SymbolicTensor[], ...behind: readonly Layer[]): SymbolicTensor {
  let current = (Array.isArray(value) ? [...value] : value) as SymbolicTensor | SymbolicTensor[];
  for (const layer of behind) {
    connected?.add(layer);
    const shapes = [current].flat().map(({ shape }) => shape);
    try {
      current = layer.apply(current) as SymbolicTensor;
    } catch (cause) {
      throw cannotTake(layer, shapes, cause);
    }
    checkLeavesSomething(layer, shapes, current.shape);
  }
  return current as SymbolicTensor;
}

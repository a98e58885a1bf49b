import { type LayersModel, type SymbolicTensor, model as tfModel } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { nextLayerName } from './layer-names.ts';
import { type Layer, layers } from './layers.ts';

/**
 * Builds a model whose layers branch and meet again.
 * @param inputShape of one sample
 * @param build leads the input through layers, with `through`, and returns what the model gives
 * @example functional([32, 32, 3], (images) => through([images, through(images, layers.conv2d({ ... }))], layers.add()))
 */
export function functional(inputShape: readonly number[], build: (input: SymbolicTensor) => SymbolicTensor): LayersModel {
  const input = layers.input({ shape: [...inputShape] });
  return tfModel({ inputs: input, outputs: build(input), name: nextLayerName('functional') });
}

/**
 * Leads a value (or, for layers like `add`, several) through layers, one behind the other.
 * @throws DlError `shape` where a layer cannot take it
 */
export function through(value: SymbolicTensor | SymbolicTensor[], ...behind: Layer[]): SymbolicTensor {
  let current = value;
  for (const layer of behind) {
    const shapes = [current].flat().map(({ shape }) => `[${shape.slice(1).join(', ')}]`);
    try {
      current = layer.apply(current) as SymbolicTensor;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new DlError('shape', `Layer ${layer.name} cannot take inputs of shape ${shapes.join(' and ')}. ${reason}`, { cause });
    }
  }
  return current as SymbolicTensor;
}

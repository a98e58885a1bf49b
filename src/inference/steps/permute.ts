import { copyStep, stridesOf } from '../copy-step.ts';
import type { LayerConfig } from '../layer-config.ts';
import type { Step } from '../step.ts';

/** `Permute`: the axes of a sample in another order. */
export function permute(layer: LayerConfig, inputShape: readonly number[]): Step {
  return movedAxes(layer, inputShape, permutedAxes(layer, inputShape.length));
}

/** The axes of what `Permute` reads, from 0, in the order in which it writes them. */
export function permutedAxes(layer: LayerConfig, rank: number): readonly number[] {
  const dims = layer.setting('dims');
  const order = Array.isArray(dims) ? dims.map((axis) => axis - 1) : [];
  const isSound = order.length === rank && order.every((_, axis) => order.includes(axis));
  if (!isSound) throw layer.damaged(`its dims are ${JSON.stringify(dims)} for ${rank} axes`);
  return order;
}

/** Axis `order[i]` of what is read is axis `i` of what is written. */
export function movedAxes(layer: LayerConfig, inputShape: readonly number[], order: readonly number[]): Step {
  const outputShape = order.map((axis) => inputShape[axis]);
  const [from, to] = [stridesOf(inputShape), stridesOf(outputShape)];
  const axes = order.map((axis, i) => ({ length: inputShape[axis], from: from[axis], to: to[i] }));
  return copyStep('permute', layer, { inputShape, outputShape, axes });
}

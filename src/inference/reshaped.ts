import type { LayerConfig } from './layer-config.ts';
import { sizeOf } from './step.ts';

/** What `Reshape` makes of a shape; one length of its target may be -1. @throws DlError `file` for a target of another size */
export function reshaped(layer: LayerConfig, shape: readonly number[]): readonly number[] {
  const target = layer.setting('target_shape');
  const isSound = Array.isArray(target) && target.every((length) => length === null || (Number.isSafeInteger(length) && length >= -1));
  if (!isSound) throw layer.damaged(`target_shape is ${JSON.stringify(target)}`);
  const known = target.filter((length) => length > 0);
  const rest = sizeOf(shape) / sizeOf(known);
  const result = target.map((length) => (length > 0 ? length : rest));
  if (sizeOf(result) !== sizeOf(shape) || !result.every(Number.isSafeInteger)) throw layer.damaged(`it makes [${target}] of [${shape}]`);
  return result;
}

import { reshaped } from '../../../../inference/reshaped.ts';
import { sidesOf } from '../../../../inference/steps/zero-padding.ts';
import type { LayerContext } from '../layer-context.ts';
import { flattened, nodeValue, type Value } from '../value.ts';

/** `Flatten`. */
export function flatten({ writer, layer, inputs: [value] }: LayerContext): Value {
  return value.shape.length === 1 ? value : flattened(writer, value, layer.name);
}

/** `Reshape`; one length of the target may be -1. */
export function reshape({ writer, layer, inputs: [value] }: LayerContext): Value {
  const shape = reshaped(layer, value.shape);
  const result = writer.add('Reshape', [value.in('keras'), writer.integers(`${layer.name}/shape`, [-1, ...shape])], layer.name);
  return nodeValue(writer, result, shape, 'keras');
}

/** `ZeroPadding2D`. */
export function zeroPadding2d({ writer, layer, inputs: [value] }: LayerContext): Value {
  const [height, width, channels] = layer.image(value.shape);
  const [[top, bottom], [left, right]] = sidesOf(layer, 'padding', 1);
  const input = [value.in('channelsFirst'), writer.integers(`${layer.name}/pads`, [0, 0, top, left, 0, 0, bottom, right])];
  return nodeValue(writer, writer.add('Pad', input, layer.name), [height + top + bottom, width + left + right, channels], 'channelsFirst');
}

/** `UpSampling2D`, of whole pixels. */
export function upSampling2d({ writer, layer, inputs: [value] }: LayerContext): Value {
  const [height, width, channels] = layer.image(value.shape);
  const [down, across] = layer.pair('size', [2, 2]);
  const how = layer.setting('interpolation') ?? 'nearest';
  if (how !== 'nearest') throw layer.unsupported(`enlarges by ${JSON.stringify(how)}, not by repeating pixels`);
  const scales = writer.constant(`${layer.name}/scales`, Float32Array.of(1, 1, down, across));
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  const result = writer.add('Resize', [value.in('channelsFirst'), '', scales], layer.name, attributes);
  return nodeValue(writer, result, [height * down, width * across, channels], 'channelsFirst');
}

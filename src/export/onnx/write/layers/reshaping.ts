import { reshaped } from '../../../../inference/reshaped.ts';
import { permutedAxes } from '../../../../inference/steps/permute.ts';
import { croppedImage, sidesOf } from '../../../../inference/steps/zero-padding.ts';
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

/** `Cropping2D`. */
export function cropping2d({ writer, layer, inputs: [value] }: LayerContext): Value {
  const { outputShape, starts } = croppedImage(layer, value.shape);
  const ends = outputShape.map((length, axis) => starts[axis] + length);
  // Where the layer itself has its channels first, all that is around it keeps Keras' order; else images lie as convolutions take them.
  const isKeras = layer.setting('data_format') === 'channels_first';
  const [order, cut] = isKeras ? (['keras', [1, 3]] as const) : (['channelsFirst', [0, 2]] as const);
  const numbers = { starts: starts.slice(...cut), ends: ends.slice(...cut), axes: [2, 3] };
  const input = [value.in(order), ...Object.entries(numbers).map(([key, list]) => writer.integers(`${layer.name}/${key}`, list))];
  return nodeValue(writer, writer.add('Slice', input, layer.name), outputShape, order);
}

/** `Permute`. */
export function permute({ writer, layer, inputs: [value] }: LayerContext): Value {
  const order = permutedAxes(layer, value.shape.length);
  const result = writer.add('Transpose', [value.in('keras')], layer.name, { perm: [0, ...order.map((axis) => axis + 1)] });
  return nodeValue(
    writer,
    result,
    order.map((axis) => value.shape[axis]),
    'keras',
  );
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

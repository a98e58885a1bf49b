import type { LayerContext } from '../layer-context.ts';
import { nodeValue, type Value } from '../value.ts';
import { windowsOf } from './windows.ts';

/** `MaxPooling2D`, `AveragePooling2D`: pixels of the padding count for neither. */
export function pooling({ writer, layer, inputs: [value] }: LayerContext): Value {
  const image = layer.image(value.shape);
  const size = layer.pair('pool_size', [2, 2]);
  const { strides, pads, outSize } = windowsOf(layer, image, size, size);
  const operator = layer.kind.startsWith('Max') ? 'MaxPool' : 'AveragePool';
  const result = writer.add(operator, [value.in('channelsFirst')], layer.name, { kernel_shape: size, strides, pads });
  return nodeValue(writer, result, [...outSize, image[2]], 'channelsFirst');
}

/** `GlobalMaxPooling2D`, `GlobalAveragePooling2D`: `[height, width, channels]` becomes `[channels]`. */
export function globalPooling({ writer, layer, inputs: [value] }: LayerContext): Value {
  const [, , channels] = layer.image(value.shape);
  const operator = layer.kind.startsWith('GlobalMax') ? 'GlobalMaxPool' : 'GlobalAveragePool';
  const pooled = writer.add(operator, [value.in('channelsFirst')], `${layer.name}/image`);
  return nodeValue(writer, writer.add('Flatten', [pooled], layer.name, { axis: 1 }), [channels], 'keras');
}

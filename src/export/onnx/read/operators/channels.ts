import type { ChannelGroups } from '../channel-groups.ts';
import type { ImportedValue } from '../imported-value.ts';
import type { KerasGraph } from '../keras-graph.ts';
import type { OnnxNode, Result } from '../onnx-node.ts';

/** `Concat` of the channels of images, or of vectors. */
export function concat(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const values = node.values();
  const [first] = values;
  const rank = first.onnxShape.length + 1;
  const axis = node.int('axis', 1);
  if ((axis < 0 ? axis + rank : axis) !== first.channelAxis + 1) throw node.refused(`puts axis ${axis} side by side, not the channels`);
  const isVector = rank === 2;
  const pixels = ({ shape, order }: ImportedValue) => (isVector ? '' : `${order} ${shape.slice(0, -1)}`);
  const other = values.find((one) => one.onnxShape.length + 1 !== rank || pixels(one) !== pixels(first));
  if (other) throw node.refused(`puts [${first.onnxShape}] and [${other.onnxShape}] side by side`);
  if (values.length === 1) return first;
  const isNonNegative = values.every((one) => one.isNonNegative);
  const layer = graph.add('Concatenate', 'concatenate', { axis: -1 }, values.map((value) => graph.plain(value))); // biome-ignore format: one line
  const width = values.reduce((sum, { onnxShape, channelAxis }) => sum + onnxShape[channelAxis], 0);
  return isVector
    ? graph.value(layer, [width], 'keras', { isNonNegative })
    : graph.value(layer, [...first.shape.slice(0, -1), width], first.order, { isNonNegative });
}

/** `Split` of the channels. */
export function split(node: OnnxNode, graph: KerasGraph): readonly Result[] {
  const value = node.value(0);
  const rank = value.onnxShape.length + 1;
  const axis = node.int('axis', 0);
  if ((axis < 0 ? axis + rank : axis) !== value.channelAxis + 1) throw node.refused(`splits axis ${axis}, not the channels`);
  const channels = value.onnxShape[value.channelAxis];
  const equal = Math.ceil(channels / node.outputs.length);
  const given = node.ints('split') ?? node.optionalConstant(1)?.values;
  const lengths = given ? Array.from(given) : node.outputs.map((_, i) => Math.min(equal, channels - i * equal));
  const isSound = lengths.every((length) => Number.isSafeInteger(length) && length >= 1);
  if (!isSound || lengths.length !== node.outputs.length || lengths.reduce((sum, length) => sum + length, 0) !== channels)
    throw node.damaged(`splits ${channels} channels into [${lengths.slice(0, 8)}]`);
  return lengths.map((length, i) => {
    const first = lengths.slice(0, i).reduce((sum, one) => sum + one, 0);
    return picked(graph, value, Array.from({ length }, (_, at) => first + at)); // biome-ignore format: one line
  });
}

/** The channels of a `ShuffleNet`: the first of each group, then the second ... (Zhang et al., 2018) */
export function shuffled(graph: KerasGraph, { image, groups }: ChannelGroups): ImportedValue {
  const channels = image.shape[2];
  const perGroup = channels / groups;
  return picked(
    graph,
    image,
    Array.from({ length: channels }, (_, at) => (at % groups) * perGroup + Math.floor(at / groups)),
  );
}

/** Some channels of a value, in any order: a product with a matrix of zeros and ones, whose zeros the engine's sparse kernels leave out. */
export function picked(graph: KerasGraph, given: ImportedValue, channels: readonly number[]): ImportedValue {
  const value = given.order === 'flattened' ? graph.asVector(given) : given;
  const count = value.shape[value.shape.length - 1];
  const [rows, columns] = [count, channels.length];
  const isImage = value.shape.length === 3;
  const layer = () => {
    graph.checkRoom(rows * columns);
    const values = new Float32Array(rows * columns);
    channels.forEach((channel, at) => {
      values[channel * columns + at] = 1;
    });
    const kernel = { shape: isImage ? [1, 1, rows, columns] : [rows, columns], values };
    return isImage
      ? graph.add('Conv2D', 'pick', { filters: columns, kernel_size: [1, 1], use_bias: false }, [value.layer], { kernel })
      : graph.add('Dense', 'pick', { units: columns, use_bias: false }, [value.layer], { kernel });
  };
  return graph.value(layer, [...value.shape.slice(0, -1), columns], value.order, { isNonNegative: value.isNonNegative });
}

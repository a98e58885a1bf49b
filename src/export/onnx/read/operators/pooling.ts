import type { ImportedValue } from '../imported-value.ts';
import type { KerasGraph } from '../keras-graph.ts';
import type { OnnxNode } from '../onnx-node.ts';
import { type ImportedWindows, placeWindows, readWindows } from './windows.ts';

/** `MaxPool`, `AveragePool`. */
export function pool(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  if (!value.isChannelsFirst) throw node.refused(`reads [${value.onnxShape}], which is no image [channels, height, width] or signal [channels, length]`); // biome-ignore format: one line
  if (node.outputs.slice(1).some((name) => name !== '')) throw node.refused('also gives the positions of the maxima');
  const channels = value.shape[2];
  const windows = withCeiling(node, readWindows(node, value));
  if (Math.max(...windows.dilations) > 1) throw node.refused('has dilated windows');
  const isMax = node.operator === 'MaxPool';
  const zerosCount = isMax ? value.isNonNegative : node.int('count_include_pad', 0) === 1 && node.int('ceil_mode', 0) === 0;
  const placed = placeWindows(node, graph, value, windows, zerosCount ? 'zeros' : 'nothing');
  if (placed.padding === 'same' && !isMax && node.int('count_include_pad', 0) === 1) {
    // Keras leaves the padding out of the mean; here it counts.
    const padded = graph.add('ZeroPadding2D', 'padding', { padding: [0, 1].map((axis) => [windows.begin[axis], windows.end[axis]]) }, [
      value.layer,
    ]);
    return pooled(padded, 'valid');
  }
  return pooled(placed.layer, placed.padding);

  function pooled(layer: string, padding: string): ImportedValue {
    const config = { pool_size: windows.size, strides: windows.strides, padding };
    const name = graph.add(isMax ? 'MaxPooling2D' : 'AveragePooling2D', 'pool', config, [layer]);
    return graph.value(name, [...placed.outSize, channels], value.order, { isNonNegative: value.isNonNegative });
  }
}

/** With `ceil_mode`, the image is padded at its end until the last window fits; one that would begin in the padding is left out. */
function withCeiling(node: OnnxNode, windows: ImportedWindows): ImportedWindows {
  if (node.int('ceil_mode', 0) !== 1) return windows;
  const { size, strides, begin, end, image } = windows;
  const more = [0, 1].map((axis) => {
    const span = image[axis] + begin[axis] + end[axis] - size[axis];
    let out = Math.ceil(span / strides[axis]) + 1;
    if ((out - 1) * strides[axis] >= image[axis] + begin[axis]) out--;
    return Math.max((out - 1) * strides[axis] - span, 0);
  });
  return { ...windows, end: [end[0] + more[0], end[1] + more[1]] };
}

/** `GlobalMaxPool`, `GlobalAveragePool`. */
export function globalPool(node: OnnxNode, graph: KerasGraph): ImportedValue {
  return overImage(node, graph, node.operator === 'GlobalMaxPool' ? 'Max' : 'Average');
}

/** `ReduceMean`, `ReduceMax` over height and width, or over the steps of a sequence. */
export function reduceImage(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  const axes = node.ints('axes') ?? Array.from(node.optionalConstant(1)?.values ?? []);
  const rank = value.onnxShape.length + 1;
  const found = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const isMax = node.operator === 'ReduceMax';
  const keeps = node.int('keepdims', 1) === 1;
  if (value.order === 'keras' && value.shape.length === 2 && found.join() === '1' && !keeps) {
    const layer = graph.add(`Global${isMax ? 'Max' : 'Average'}Pooling1D`, 'pool', {}, [value.layer]);
    return graph.value(layer, [value.shape[1]], 'keras', { isNonNegative: value.isNonNegative });
  }
  const wanted = { channelsFirst: '2,3', signal: '2', keras: '1,2', flattened: '' }[value.order];
  if (value.shape.length !== 3 || value.order === 'flattened' || found.join() !== wanted) {
    throw node.refused(`reduces the axes [${axes.slice(0, 8)}], not height and width`);
  }
  const reduced = overImage(node, graph, isMax ? 'Max' : 'Average');
  if (keeps && value.isChannelsFirst) return reduced;
  if (keeps) throw node.refused('keeps the axes of an image that has its channels last');
  return graph.value((reduced.vectorLayer as () => string)(), [value.shape[2]], 'keras', { isNonNegative: value.isNonNegative });
}

/** One number per channel: as an image of one pixel, or, where it is flattened, as a vector. */
function overImage(node: OnnxNode, graph: KerasGraph, kind: 'Max' | 'Average'): ImportedValue {
  const value = node.value(0);
  if (value.shape.length !== 3 || value.order === 'flattened') throw node.refused(`reads [${value.onnxShape}], which is no image`);
  const [height, width, channels] = value.shape;
  let vector: string | undefined;
  const vectorLayer = () => {
    vector ??= graph.add(`Global${kind}Pooling2D`, 'pool', {}, [value.layer]);
    return vector;
  };
  const more = { isNonNegative: value.isNonNegative, vectorLayer };
  const order = value.order === 'signal' ? 'signal' : 'channelsFirst';
  if (height * width === 1) return graph.value(value.layer, value.shape, order, more);
  return graph.value(
    () => graph.add(`${kind}Pooling2D`, 'pool', { pool_size: [height, width], strides: [height, width] }, [value.layer]),
    [1, 1, channels],
    order,
    more,
  );
}

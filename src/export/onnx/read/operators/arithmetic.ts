import { type Constant, isConstant } from '../constant.ts';
import type { ImportedValue } from '../imported-value.ts';
import type { KerasGraph } from '../keras-graph.ts';
import type { OnnxNode, Result } from '../onnx-node.ts';
import { lengthArithmetic } from './constants.ts';

/** `Add`, `Sub`, `Mul`, `Div` of two values, of a value and one number or one per channel, or of lengths. */
export function arithmetic(node: OnnxNode, graph: KerasGraph): Result {
  const [a, b] = [node.input(0), node.input(1)];
  if (!a || !b || node.inputCount !== 2) throw node.damaged(`has ${node.inputCount} inputs`);
  if (isConstant(a)) return isConstant(b) ? lengthArithmetic(node) : withConstant(node, graph, node.value(1), a, true);
  return isConstant(b) ? withConstant(node, graph, node.value(0), b, false) : ofValues(node, graph, node.value(0), node.value(1));
}

function ofValues(node: OnnxNode, graph: KerasGraph, a: ImportedValue, b: ImportedValue): ImportedValue {
  if (node.operator === 'Add') return combined(node, graph, 'Add', [a, b]);
  if (node.operator === 'Mul') return combined(node, graph, 'Multiply', [a, b]);
  if (node.operator === 'Sub') return combined(node, graph, 'Add', [a, affine(graph, b, () => -1, () => 0)]); // biome-ignore format: one line
  throw node.refused('divides by a value that the model computes');
}

/** `Sum`, `Mean`, `Max`, `Min` of values. */
export function combination(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const kind = { Sum: 'Add', Mean: 'Average', Max: 'Maximum', Min: 'Minimum' }[node.operator] as string;
  const values = node.values();
  return values.length === 1 ? values[0] : combined(node, graph, kind, values);
}

function combined(node: OnnxNode, graph: KerasGraph, kind: string, values: readonly ImportedValue[]): ImportedValue {
  const [first] = values;
  const other = values.find((one) => one.onnxShape.join() !== first.onnxShape.join());
  if (other && (kind !== 'Multiply' || !isPerChannel(first, other))) {
    throw node.refused(`combines [${first.onnxShape}] and [${other.onnxShape}]`);
  }
  const isSame = values.every(({ order }) => order === first.order);
  const isNonNegative = kind !== 'Maximum' && values.every((one) => one.isNonNegative);
  if (isSame && first.order !== 'flattened') {
    const shape = other && size(other) > size(first) ? other.shape : first.shape;
    return graph.value(graph.add(kind, kind.toLowerCase(), {}, values.map(({ layer }) => layer)), shape, first.order, { isNonNegative }); // biome-ignore format: one line
  }
  if (first.onnxShape.length === 2) {
    const inOrder = values.map((value) => (value.order === 'signal' ? graph.channelsAsSteps(value) : value));
    return combined(node, graph, kind, inOrder);
  }
  if (first.onnxShape.length !== 1) throw node.refused('combines images of which only some have their channels first');
  const layer = graph.add(kind, kind.toLowerCase(), {}, values.map((value) => graph.plain(value))); // biome-ignore format: one line
  return graph.value(layer, first.onnxShape, 'keras', { isNonNegative });
}

/** Images of the same channels, of which one has a single pixel. */
function isPerChannel(a: ImportedValue, b: ImportedValue): boolean {
  const areImages = a.order === 'channelsFirst' && b.order === 'channelsFirst' && a.shape[2] === b.shape[2];
  return areImages && [a, b].some(({ shape }) => shape[0] * shape[1] === 1);
}

function size({ shape }: ImportedValue): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** @param isSecond whether the constant stands first and the value second */
function withConstant(node: OnnxNode, graph: KerasGraph, value: ImportedValue, constant: Constant, isSecond: boolean): ImportedValue {
  const { operator } = node;
  if (operator === 'Div' && isSecond) throw node.refused('divides a constant by a value that the model computes');
  const source = value.order === 'flattened' && constant.values.length > 1 ? graph.asVector(value) : value;
  const numberAt = perChannel(node, source, constant);
  if (operator === 'Add' && source.takesBias && graph.isOnlyReader(source)) {
    const channels = source.shape[source.shape.length - 1];
    graph.checkRoom(channels);
    graph.addBias(
      source.layer,
      Float32Array.from({ length: channels }, (_, channel) => numberAt(channel)),
    );
    return graph.value(source.layer, source.shape, source.order);
  }
  if (operator === 'Add') return affine(graph, source, () => 1, numberAt);
  if (operator === 'Mul') return affine(graph, source, numberAt, () => 0);
  if (operator === 'Div') return affine(graph, source, (channel) => 1 / numberAt(channel), () => 0); // biome-ignore format: one line
  return isSecond ? affine(graph, source, () => -1, numberAt) : affine(graph, source, () => 1, (channel) => -numberAt(channel)); // biome-ignore format: one line
}

/** The number of a constant for each channel of a value. @throws DlError `refused` where it differs within a channel */
function perChannel(node: OnnxNode, value: ImportedValue, { shape, values }: Constant): (channel: number) => number {
  if (values.length === 1) return () => values[0];
  const own = [undefined, ...value.onnxShape]; // with the batch axis
  const axis = value.channelAxis + 1;
  const missing = own.length - shape.length;
  const fits = missing >= 0 && shape.every((length, i) => (i + missing === axis ? length === own[axis] : length === 1));
  if (!fits) throw node.refused(`has a constant [${shape}] for values [${value.onnxShape}]; known is one number, or one per channel`);
  return (channel) => values[channel];
}

/** `value * scale + shift` per channel, which Keras has as a normalization of known mean and variance. */
export function affine(
  graph: KerasGraph,
  value: ImportedValue,
  scale: (channel: number) => number,
  shift: (channel: number) => number,
): ImportedValue {
  if (value.takesScale && graph.isOnlyReader(value)) {
    graph.scaleNormalization(value.layer, scale, shift);
    return graph.value(value.layer, value.shape, value.order, { takesScale: true });
  }
  const channels = value.shape[value.shape.length - 1];
  graph.checkRoom(4 * channels);
  const weight = (numberAt: (channel: number) => number) => ({
    shape: [channels],
    values: Float32Array.from({ length: channels }, (_, channel) => numberAt(channel)),
  });
  const layer = graph.add('BatchNormalization', 'scale', { epsilon: 0 }, [value.layer], {
    gamma: weight(scale),
    beta: weight(shift),
    moving_mean: weight(() => 0),
    moving_variance: weight(() => 1),
  });
  return graph.value(layer, value.shape, value.order, { takesScale: true });
}

import { ImportedValue } from '../imported-value.ts';
import type { KerasGraph } from '../keras-graph.ts';
import type { OnnxNode } from '../onnx-node.ts';
import { affine, combination } from './arithmetic.ts';

/** A layer that changes every number by itself; the order stays. */
function elementwise(
  graph: KerasGraph,
  value: ImportedValue,
  kind: string,
  name: string,
  config: object,
  isNonNegative = false,
): ImportedValue {
  return graph.value(graph.add(kind, name, { ...config }, [value.layer]), value.shape, value.order, { isNonNegative });
}

/** Operators that are one of Keras' activations. */
export function activation(name: string, isNonNegative = false) {
  return (node: OnnxNode, graph: KerasGraph): ImportedValue =>
    elementwise(graph, node.value(0), 'Activation', name.replace('_', '-'), { activation: name }, isNonNegative);
}

/** `Relu`. */
export function relu(node: OnnxNode, graph: KerasGraph): ImportedValue {
  return elementwise(graph, node.value(0), 'ReLU', 'relu', {}, true);
}

/** `LeakyRelu`. */
export function leakyRelu(node: OnnxNode, graph: KerasGraph): ImportedValue {
  return elementwise(graph, node.value(0), 'LeakyReLU', 'relu', { alpha: node.float('alpha', 0.01) });
}

/** `Elu`. */
export function elu(node: OnnxNode, graph: KerasGraph): ImportedValue {
  return elementwise(graph, node.value(0), 'ELU', 'elu', { alpha: node.float('alpha', 1) });
}

/** `Gelu`, not the one that is computed by tanh: tfjs writes that under a name it cannot read. */
export function gelu(node: OnnxNode, graph: KerasGraph): ImportedValue {
  if (node.string('approximate', 'none') !== 'none') throw node.refused("has approximate='tanh'; known is the exact one");
  return activation('gelu')(node, graph);
}

/** `Selu` with the usual numbers. */
export function selu(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const isUsual = Math.abs(node.float('alpha', 1.67326) - 1.67326) < 1e-4 && Math.abs(node.float('gamma', 1.0507) - 1.0507) < 1e-4;
  if (!isUsual) throw node.refused('has other numbers than those of the paper');
  return activation('selu')(node, graph);
}

/** `PRelu` with one slope, or one per channel. */
export function pRelu(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  const { shape, values } = node.constant(1);
  const channels = value.shape[value.shape.length - 1];
  const trailing = shape.slice(value.order === 'channelsFirst' ? -3 : -1);
  const isPerChannel = values.length === channels && trailing[0] === channels;
  if (value.order === 'flattened' || (values.length !== 1 && !isPerChannel)) {
    throw node.refused(`has slopes [${shape}]; known is one, or one per channel`);
  }
  graph.checkRoom(channels);
  const alpha = values.length === 1 ? new Float32Array(channels).fill(values[0]) : Float32Array.from(values);
  const shared = value.shape.slice(0, -1).map((_, axis) => axis + 1);
  const weight = { shape: [...shared.map(() => 1), channels], values: alpha };
  return graph.value(graph.add('PReLU', 'prelu', { shared_axes: shared }, [value.layer], { alpha: weight }), value.shape, value.order);
}

/** `Clip`: `ReLU` with a largest value; between other ends the same, moved. */
export function clip(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  const end = (key: string, input: number, fallback: number) =>
    node.has(key) ? node.float(key, fallback) : (node.optionalConstant(input)?.values[0] ?? fallback);
  const [low, high] = [end('min', 1, Number.NEGATIVE_INFINITY), end('max', 2, Number.POSITIVE_INFINITY)];
  const isOpen = (one: number) => Math.abs(one) > 3e38;
  if (!(low <= high)) throw node.damaged(`has the ends ${low} and ${high}`);
  if (isOpen(low) && isOpen(high)) return value;
  return isOpen(low) ? limited(graph, value, high) : rectified(graph, value, low, high);
}

/** `Max` of values, or of a value and a number. */
export function largest(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const number = numberBeside(node);
  return number ? rectified(graph, number.value, number.constant, Number.POSITIVE_INFINITY) : combination(node, graph);
}

/** `Min` of values, or of a value and a number. */
export function smallest(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const number = numberBeside(node);
  return number ? limited(graph, number.value, number.constant) : combination(node, graph);
}

function numberBeside(node: OnnxNode): { value: ImportedValue; constant: number } | undefined {
  const at = [0, 1].find((index) => node.inputCount === 2 && !(node.input(index) instanceof ImportedValue));
  if (at === undefined) return undefined;
  const { shape, values } = node.constant(at);
  if (values.length !== 1) throw node.refused(`has a constant [${shape}]; known is one number`);
  return { value: node.value(1 - at), constant: values[0] };
}

/** The values up to `high`: turned round, what is below 0 is cut off. */
function limited(graph: KerasGraph, value: ImportedValue, high: number): ImportedValue {
  const turned = affine(graph, value, () => -1, () => high); // biome-ignore format: one line
  return affine(graph, elementwise(graph, turned, 'ReLU', 'relu', {}, true), () => -1, () => high); // biome-ignore format: one line
}

/** The values between `low` and `high`. */
function rectified(graph: KerasGraph, value: ImportedValue, low: number, high: number): ImportedValue {
  const config = Math.abs(high) > 3e38 ? {} : { max_value: high - low };
  if (low === 0) return elementwise(graph, value, 'ReLU', 'relu', config, true);
  const moved = affine(graph, value, () => 1, () => -low); // biome-ignore format: one line
  return affine(graph, elementwise(graph, moved, 'ReLU', 'relu', config, true), () => 1, () => low); // biome-ignore format: one line
}

/** `HardSigmoid`: Keras' own where the slope is Keras', else in three steps. */
export function hardSigmoid(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const [alpha, beta] = [node.float('alpha', 0.2), node.float('beta', 0.5)];
  const isKeras = Math.abs(alpha - 0.2) < 1e-6 && Math.abs(beta - 0.5) < 1e-6;
  return isKeras ? activation('hard_sigmoid', true)(node, graph) : steep(graph, node.value(0), alpha, beta);
}

/** `HardSwish`: the value times its hard sigmoid of slope 1/6. */
export function hardSwish(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  const gate = steep(graph, value, 1 / 6, 0.5);
  return graph.value(graph.add('Multiply', 'multiply', {}, [value.layer, gate.layer]), value.shape, value.order);
}

function steep(graph: KerasGraph, value: ImportedValue, alpha: number, beta: number): ImportedValue {
  return rectified(graph, affine(graph, value, () => alpha, () => beta), 0, 1); // biome-ignore format: one line
}

/** `Softmax` over the channels. */
export function softmax(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  const rank = value.onnxShape.length + 1;
  const axis = node.int('axis', node.opset >= 13 ? -1 : 1);
  const own = value.channelAxis + 1;
  if ((axis < 0 ? axis + rank : axis) !== own || (node.opset < 13 && rank > 2))
    throw node.refused(`takes the softmax over axis ${axis}, not over the channels`);
  return graph.value(
    graph.add('Softmax', 'softmax', { axis: -1 }, [graph.plain(value)]),
    value.order === 'flattened' ? value.onnxShape : value.shape,
    value.order === 'flattened' ? 'keras' : value.order,
    { isNonNegative: true },
  );
}

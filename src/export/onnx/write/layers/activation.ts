import type { LayerConfig } from '../../../../inference/layer-config.ts';
import { softmaxAxis } from '../../../../inference/steps/elementwise.ts';
import type { GraphWriter } from '../graph-writer.ts';
import type { LayerContext } from '../layer-context.ts';
import { nodeValue, type Order, type Value } from '../value.ts';

/** Adds the nodes of a function of single values (or of softmax over `axis`). @returns the name of the result */
type WriteActivation = (writer: GraphWriter, input: string, name: string, axis: number) => string;

const node =
  (operator: string, attributes: Parameters<GraphWriter['add']>[3] = {}): WriteActivation =>
  (writer, input, name) =>
    writer.add(operator, [input], name, attributes);

const clip =
  (low: number, high: number): WriteActivation =>
  (writer, input, name) =>
    writer.add('Clip', [input, writer.scalar(`${name}/min`, low), writer.scalar(`${name}/max`, high)], name);

/** By Keras' names, as they stand in a topology. */
const activations: Readonly<Record<string, WriteActivation>> = {
  linear: (_, input) => input,
  softmax: (writer, input, name, axis) => writer.add('Softmax', [input], name, { axis }),
  relu: node('Relu'),
  relu6: clip(0, 6),
  sigmoid: node('Sigmoid'),
  tanh: node('Tanh'),
  hard_sigmoid: node('HardSigmoid', { alpha: { float: 0.2 }, beta: { float: 0.5 } }),
  elu: node('Elu', { alpha: { float: 1 } }),
  selu: node('Selu', { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } }),
  softplus: node('Softplus'),
  softsign: node('Softsign'),
  swish: (writer, input, name) => writer.add('Mul', [input, writer.add('Sigmoid', [input], `${name}/sigmoid`)], name),
  gelu: (writer, input, name) => {
    const share = writer.add(
      'Erf',
      [writer.add('Mul', [input, writer.scalar(`${name}/1/sqrt2`, Math.SQRT1_2)], `${name}/scaled`)],
      `${name}/erf`,
    );
    const raised = writer.add('Add', [share, writer.scalar(`${name}/1`, 1)], `${name}/raised`);
    return writer.add('Mul', [writer.add('Mul', [input, raised], `${name}/double`), writer.scalar(`${name}/half`, 0.5)], name);
  },
  mish: (writer, input, name) =>
    writer.add('Mul', [input, writer.add('Tanh', [writer.add('Softplus', [input], `${name}/softplus`)], `${name}/tanh`)], name),
};

/** The activation at the end of a layer with weights. @throws DlError `refused` for one that is not known */
export function withActivation({ writer, layer }: LayerContext, name: string, order: Order): string {
  return namedActivation(layer)(writer, name, `${layer.name}/${layer.setting('activation')}`, order === 'channelsFirst' ? 1 : -1);
}

function namedActivation(layer: LayerConfig): WriteActivation {
  const { name } = layer.activation();
  if (!Object.hasOwn(activations, name)) throw layer.unsupported(`has the activation ${JSON.stringify(name)}`);
  return activations[name];
}

/** `Activation`, `ReLU`, `LeakyReLU`, `ELU`, `ThresholdedReLU`, `Softmax`. */
export function activationLayer({ writer, layer, inputs: [value] }: LayerContext): Value {
  if (layer.kind === 'Softmax') {
    const at = softmaxAxis(layer, value.shape.length);
    if (at !== value.shape.length - 1) {
      return nodeValue(writer, activations.softmax(writer, value.in('keras'), layer.name, at + 1), value.shape, 'keras');
    }
  }
  const order = value.image ? 'keras' : value.order; // what stands in a row is only read by dense layers in the other order
  const axis = order === 'channelsFirst' && value.shape.length === 3 ? 1 : -1;
  const result = functionOf(layer)(writer, value.in(order), layer.name, axis);
  return nodeValue(writer, result, value.shape, order);
}

function functionOf(layer: LayerConfig): WriteActivation {
  if (layer.kind === 'Activation') return namedActivation(layer);
  if (layer.kind === 'LeakyReLU') return node('LeakyRelu', { alpha: { float: layer.number('alpha', 0.3) } });
  if (layer.kind === 'ELU') return node('Elu', { alpha: { float: layer.number('alpha', 1) } });
  if (layer.kind === 'ReLU') return rectifier(layer);
  if (layer.kind === 'ThresholdedReLU') return node('ThresholdedRelu', { alpha: { float: layer.number('theta', 1) } });
  return activations.softmax;
}

function rectifier(layer: LayerConfig): WriteActivation {
  const [slope, threshold] = [layer.number('negative_slope', 0), layer.number('threshold', 0)];
  const limit = layer.setting('max_value') === undefined || layer.setting('max_value') === null ? undefined : layer.number('max_value', 0);
  if (slope === 0 && threshold === 0) return limit === undefined ? activations.relu : clip(0, limit);
  return (writer, input, name) => {
    const [at, factor] = [writer.scalar(`${name}/threshold`, threshold), writer.scalar(`${name}/slope`, slope)];
    const low = writer.add('Mul', [writer.add('Sub', [input, at], `${name}/below`), factor], `${name}/sloped`);
    const high = limit === undefined ? input : writer.add('Min', [input, writer.scalar(`${name}/max`, limit)], `${name}/limited`);
    return writer.add('Where', [writer.add('GreaterOrEqual', [input, at], `${name}/above`), high, low], name);
  };
}

/** `PReLU`: what is below 0 is multiplied by a weight. */
export function parametricRectifier({ writer, layer, inputs: [value] }: LayerContext): Value {
  const shared = layer.setting('shared_axes');
  const isShared = (axis: number) => Array.isArray(shared) && shared.includes(axis + 1);
  const shape = value.shape.map((length, axis) => (isShared(axis) ? 1 : length));
  const alpha = writer.constant(`${layer.name}/alpha`, layer.weight('alpha', shape), shape);
  return nodeValue(writer, writer.add('PRelu', [value.in('keras'), alpha], layer.name), value.shape, 'keras');
}

/** `SignActivation`: 1 where a value is at least 0, else -1; with `input_scale` times the mean magnitude of the sample. */
export function signs({ writer, layer, inputs: [value] }: LayerContext): Value {
  const { name } = layer;
  const order = value.image ? 'keras' : value.order;
  const input = value.in(order);
  const [zero, up, down] = [writer.scalar(`${name}/0`, 0), writer.scalar(`${name}/1`, 1), writer.scalar(`${name}/-1`, -1)];
  const sign = writer.add('Where', [writer.add('GreaterOrEqual', [input, zero], `${name}/above`), up, down], `${name}/sign`);
  if (!layer.flag('input_scale')) return nodeValue(writer, sign, value.shape, order);
  const axes = value.shape.map((_, axis) => axis + 1);
  const scale = writer.add('ReduceMean', [writer.add('Abs', [input], `${name}/abs`)], `${name}/scale`, { axes, keepdims: 1 });
  return nodeValue(writer, writer.add('Mul', [sign, scale], name), value.shape, order);
}

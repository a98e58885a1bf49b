import { sizeOf } from '../../../../inference/step.ts';
import { groupsOf, normalizedShape } from '../../../../inference/steps/normalization.ts';
import type { LayerContext } from '../layer-context.ts';
import { nodeValue, type Value } from '../value.ts';

/** A `BatchNormalization` that could not be merged into the layer before. */
export function batchNormalization({ writer, layer, inputs: [value] }: LayerContext): Value {
  const { shape } = value;
  const axis = layer.number('axis', -1);
  if (axis !== -1 && axis !== shape.length) throw layer.unsupported(`normalises axis ${axis}, not the last one`);
  const channels = [shape[shape.length - 1]];
  const parameters = [
    layer.optionalWeight('gamma', channels, 1),
    layer.optionalWeight('beta', channels, 0),
    layer.weight('moving_mean', channels),
    layer.weight('moving_variance', channels),
  ];
  const epsilon = layer.number('epsilon', 1e-3);
  if (shape.length === 1 || shape.length === 3) {
    const order = shape.length === 3 ? 'channelsFirst' : 'keras';
    const names = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((key, i) =>
      writer.constant(`${layer.name}/${key}`, parameters[i]),
    );
    const result = writer.add('BatchNormalization', [value.in(order), ...names], layer.name, { epsilon: { float: epsilon } });
    return nodeValue(writer, result, shape, order);
  }
  const [gamma, beta, mean, variance] = parameters;
  const scale = gamma.map((factor, i) => factor / Math.sqrt(variance[i] + epsilon));
  const shift = beta.map((term, i) => term - mean[i] * scale[i]);
  const product = writer.add('Mul', [value.in('keras'), writer.constant(`${layer.name}/scale`, scale)], `${layer.name}/product`);
  return nodeValue(writer, writer.add('Add', [product, writer.constant(`${layer.name}/shift`, shift)], layer.name), shape, 'keras');
}

/** `LayerNormalization` over the last axes: operator set 13 has no operator for it. */
export function layerNormalization({ writer, layer, inputs: [value] }: LayerContext): Value {
  const { name } = layer;
  const shape = normalizedShape(layer, value.shape);
  const axes = shape.map((_, i) => value.shape.length - shape.length + 1 + i);
  const mean = (input: string, of: string) => writer.add('ReduceMean', [input], `${name}/${of}`, { axes, keepdims: 1 });
  const input = value.in('keras');
  const centred = writer.add('Sub', [input, mean(input, 'mean')], `${name}/centred`);
  const variance = mean(writer.add('Mul', [centred, centred], `${name}/square`), 'variance');
  const shifted = writer.add('Add', [variance, writer.scalar(`${name}/epsilon`, layer.number('epsilon', 1e-3))], `${name}/shifted`);
  const normal = writer.add('Div', [centred, writer.add('Sqrt', [shifted], `${name}/deviation`)], `${name}/normal`);
  const [gamma, beta] = [layer.optionalWeight('gamma', shape, 1), layer.optionalWeight('beta', shape, 0)];
  const scaled = writer.add('Mul', [normal, writer.constant(`${name}/gamma`, gamma, shape)], `${name}/scaled`);
  return nodeValue(writer, writer.add('Add', [scaled, writer.constant(`${name}/beta`, beta, shape)], name), value.shape, 'keras');
}

/** `GroupNormalization`: operator set 13 normalises each channel, so the groups become channels. */
export function groupNormalization({ writer, layer, inputs: [value] }: LayerContext): Value {
  const { name } = layer;
  const { shape } = value;
  const channels = shape[shape.length - 1];
  const pixels = shape.slice(0, -1);
  if (pixels.length > 2) throw layer.unsupported(`normalises the channels of [${shape}]; known are images, sequences and rows`);
  const groups = groupsOf(layer, channels);
  const [gamma, beta] = [layer.optionalWeight('gamma', [channels], 1), layer.optionalWeight('beta', [channels], 0)];
  const normal = (input: string, of: string, scale: Float32Array, shift: Float32Array) => {
    const weights = [writer.constant(`${name}/scale`, scale), writer.constant(`${name}/shift`, shift)];
    return writer.add('InstanceNormalization', [input, ...weights], of, { epsilon: { float: layer.number('epsilon', 1e-3) } });
  };
  const isSequence = pixels.length === 1;
  const turned = (input: string, of: string) => (isSequence ? writer.add('Transpose', [input], of, { perm: [0, 2, 1] }) : input);
  const first = turned(value.in(pixels.length === 2 ? 'channelsFirst' : 'keras'), `${name}/channels_first`);
  const result = () => {
    if (groups === channels && pixels.length > 0) return normal(first, isSequence ? `${name}/normal` : name, gamma, beta);
    const size = sizeOf(shape) / groups;
    const rows = writer.add('Reshape', [first, writer.integers(`${name}/groups`, [0, groups, size])], `${name}/rows`);
    const even = normal(rows, `${name}/normal`, new Float32Array(groups).fill(1), new Float32Array(groups));
    const whole = writer.add('Reshape', [even, writer.integers(`${name}/whole`, [0, channels, ...pixels])], `${name}/back`);
    const perChannel = [channels, ...pixels.map(() => 1)];
    const scaled = writer.add('Mul', [whole, writer.constant(`${name}/gamma`, gamma, perChannel)], `${name}/scaled`);
    return writer.add('Add', [scaled, writer.constant(`${name}/beta`, beta, perChannel)], isSequence ? `${name}/shifted` : name);
  };
  return nodeValue(writer, turned(result(), name), shape, pixels.length === 2 ? 'channelsFirst' : 'keras');
}

/** `Rescaling`: one factor and one term for all values. */
export function rescaling({ writer, layer, inputs: [value] }: LayerContext): Value {
  const { name } = layer;
  const scaled = writer.add('Mul', [value.in(value.order), writer.scalar(`${name}/scale`, layer.number('scale', 1))], `${name}/scaled`);
  const shifted = writer.add('Add', [scaled, writer.scalar(`${name}/offset`, layer.number('offset', 0))], name);
  return nodeValue(writer, shifted, value.shape, value.order);
}

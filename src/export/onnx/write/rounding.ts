import { activationRange, largestActivation } from '../../../packed/activation-range.ts';
import type { ActivationRange } from '../../../packed/model-file.ts';
import type { GraphWriter } from './graph-writer.ts';
import type { LayerContext } from './layer-context.ts';
import { nodeValue, type Order, Value } from './value.ts';

/**
 * The value as whole numbers of 7 bits: QuantizeLinear, Clip to 0..127 and DequantizeLinear. The numbers are uint8 in ONNX; the seven bits keep
 * processors without VNNI from overflowing in the middle of a sum.
 * @param isRounded whether the numbers are in this range already, so that they need no Clip
 */
export function rounded(writer: GraphWriter, value: Value, name: string, range: ActivationRange, isRounded: boolean): Value {
  const make = (order: Order) => () => round(writer, value.in(order), name, range, isRounded);
  return new Value(value.shape, value.order, { keras: make('keras'), channelsFirst: make('channelsFirst') }, value.image);
}

function round(writer: GraphWriter, input: string, name: string, { scale, zeroPoint }: ActivationRange, isRounded: boolean): string {
  const parameters = [writer.scalar(`${name}/scale`, scale), writer.constant(`${name}/zero_point`, Uint8Array.of(zeroPoint), [])];
  const numbers = writer.add('QuantizeLinear', [input, ...parameters], `${name}/numbers`);
  const clipped = isRounded
    ? numbers
    : writer.add('Clip', [numbers, '', writer.constant(`${name}/largest`, Uint8Array.of(largestActivation), [])], `${name}/clipped`);
  return writer.add('DequantizeLinear', [clipped, ...parameters], `${name}/rounded`);
}

/** `FakeQuantize`: the range is a weight of the layer, or that of each sample. */
export function fakeQuantize({ writer, layer, inputs: [value] }: LayerContext): Value {
  const { name } = layer;
  if (!layer.flag('dynamic')) {
    const [low, high] = layer.weight('range', [2]);
    return rounded(writer, value, name, activationRange(low, high), false);
  }
  const input = value.in('keras');
  const axes = value.shape.map((_, axis) => axis + 1);
  const zero = writer.scalar(`${name}/0`, 0);
  const largest = writer.scalar(`${name}/largest`, largestActivation);
  const least = writer.add('Min', [writer.add('ReduceMin', [input], `${name}/min`, { axes, keepdims: 1 }), zero], `${name}/least`);
  const most = writer.add('Max', [writer.add('ReduceMax', [input], `${name}/max`, { axes, keepdims: 1 }), zero], `${name}/most`);
  const width = writer.add('Div', [writer.add('Sub', [most, least], `${name}/width`), largest], `${name}/step`);
  const isEmpty = writer.add('Equal', [width, zero], `${name}/empty`);
  const scale = writer.add('Where', [isEmpty, writer.scalar(`${name}/1`, 1), width], `${name}/scale`);
  const shift = writer.add('Round', [writer.add('Div', [least, scale], `${name}/lowest`)], `${name}/shift`); // -zeroPoint
  const bottom = writer.add('Max', [shift, writer.scalar(`${name}/-largest`, -largestActivation)], `${name}/bottom`);
  const top = writer.add('Add', [bottom, largest], `${name}/top`);
  const numbers = writer.add('Round', [writer.add('Div', [input, scale], `${name}/divided`)], `${name}/numbers`);
  const clipped = writer.add('Max', [writer.add('Min', [numbers, top], `${name}/below`), bottom], `${name}/clipped`);
  return nodeValue(writer, writer.add('Mul', [clipped, scale], name), value.shape, 'keras');
}

import type { ImportedValue } from '../imported-value.ts';
import type { KerasGraph } from '../keras-graph.ts';
import type { OnnxNode } from '../onnx-node.ts';
import { type Cuts, cropped } from './cropping.ts';

/** `Pad` of images and signals with zeros; negative numbers cut off. */
export function pad(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  const own = Array.from((node.ints('pads') ?? node.constant(1).values) as ArrayLike<number>);
  const isSignal = value.order === 'signal' && own.length === 6;
  const pads = isSignal ? [own[0], own[1], 0, own[2], own[3], own[4], 0, own[5]] : own;
  const content = node.has('value') ? node.float('value', 0) : (node.optionalConstant(2)?.values[0] ?? 0);
  if (node.string('mode', 'constant') !== 'constant' || content !== 0) throw node.refused('pads with something other than zeros');
  if (pads.every((one) => one === 0)) return value;
  if ((value.order !== 'channelsFirst' && !isSignal) || pads.length !== 8 || node.input(3))
    throw node.refused(`pads [${value.onnxShape}] by [${pads.slice(0, 8)}]`);
  const [top, left, bottom, right] = [pads[2], pads[3], pads[6], pads[7]];
  const isSound = [top, left, bottom, right].every((one) => Number.isSafeInteger(one) && Math.abs(one) < 2 ** 16);
  if (!isSound || [pads[0], pads[1], pads[4], pads[5]].some((one) => one !== 0))
    throw node.refused(`pads by [${pads}]; known is height and width`);
  const sides = [[top, bottom], [left, right]]; // biome-ignore format: one line
  const kept = cropped(graph, value, sides.map((side) => side.map((one) => Math.max(0, -one))) as unknown as Cuts); // biome-ignore format: one line
  const padding = sides.map((side) => side.map((one) => Math.max(0, one)));
  if (padding.flat().every((one) => one === 0)) return kept;
  const layer = graph.add('ZeroPadding2D', 'padding', { padding }, [kept.layer]);
  const [height, width, channels] = value.shape;
  return graph.value(layer, [height + top + bottom, width + left + right, channels], value.order, {
    isNonNegative: value.isNonNegative,
  });
}

import type { ImportedValue } from '../imported-value.ts';
import type { KerasGraph } from '../keras-graph.ts';
import type { OnnxNode, Result } from '../onnx-node.ts';
import { StepsFirst, TurnedSteps } from '../recurrent-values.ts';
import { picked } from './channels.ts';

/** How many rows and columns of an image are cut off: `[[top, bottom], [left, right]]`. */
export type Cuts = readonly [readonly [number, number], readonly [number, number]];

/** An image without some of its border; itself where nothing is cut off. */
export function cropped(graph: KerasGraph, value: ImportedValue, cropping: Cuts): ImportedValue {
  if (cropping.flat().every((one) => one === 0)) return value;
  const [height, width, channels] = value.shape;
  const [[top, bottom], [left, right]] = cropping;
  const shape = [height - top - bottom, width - left - right, channels];
  const layer = () => graph.add('Cropping2D', 'cropping', { cropping }, [value.layer]);
  return graph.value(layer, shape, value.order, { isNonNegative: value.isNonNegative });
}

/** `Slice` of the height and width of an image, of the length of a signal, of the channels; steps before a recurrent operator may be turned round. */
export function sliceImage(node: OnnxNode, graph: KerasGraph): Result {
  const list = (key: string, input: number) => node.ints(key) ?? numbersOf(node.optionalConstant(input)?.values);
  const [starts, ends] = [list('starts', 1) ?? [], list('ends', 2) ?? []];
  const axes = list('axes', 3) ?? starts.map((_, i) => i);
  const steps = list('steps', 4) ?? starts.map(() => 1);
  if (starts.length === 0 || [ends, axes, steps].some(({ length }) => length !== starts.length))
    throw node.damaged('says different numbers of starts, ends, axes and steps');
  const input = node.input(0);
  if (input instanceof StepsFirst) {
    const isTurned = axes.join() === '0' && steps.join() === '-1' && starts[0] === -1 && ends[0] < -input.sequence.shape[0];
    if (isTurned) return new TurnedSteps(input.sequence);
  }
  const value = node.value(0);
  const channels = axes.length === 1 && slicedChannels(value, { start: starts[0], end: ends[0], axis: axes[0], step: steps[0] });
  if (channels) return picked(graph, value, channels);
  if (value.shape.length !== 3 || value.order === 'flattened') throw node.refused(`cuts [${value.onnxShape}], which is no image`);
  const rank = value.onnxShape.length + 1;
  const cuts: [[number, number], [number, number]] = [[0, 0], [0, 0]]; // biome-ignore format: one line
  axes.forEach((axis, i) => {
    const at = (axis < 0 ? axis + rank : axis) - (value.order === 'channelsFirst' ? 2 : 1);
    const length = value.shape[at];
    const place = (position: number) => Math.min(Math.max(position < 0 ? position + length : position, 0), length);
    const isAll = starts[i] === 0 && ends[i] >= value.onnxShape[axis - 1];
    if (steps[i] === 1 && (isAll || (axis === 0 && starts[i] === 0 && ends[i] >= 2 ** 31 - 1))) return;
    if (steps[i] !== 1 || (at !== 0 && at !== 1) || (at === 0 && value.order === 'signal'))
      throw node.refused(`cuts axis ${axis} in steps of ${steps[i]}; known is to crop height and width`);
    cuts[at] = [place(starts[i]), length - place(ends[i])];
  });
  return cropped(graph, value, cuts);
}

/** Undefined where something else is cut, or nothing. */
function slicedChannels(
  value: ImportedValue,
  { start, end, axis, step }: { readonly start: number; readonly end: number; readonly axis: number; readonly step: number },
): number[] | undefined {
  const rank = value.onnxShape.length + 1;
  const count = value.onnxShape[value.channelAxis];
  if ((axis < 0 ? axis + rank : axis) !== value.channelAxis + 1 || step < 1) return undefined;
  const place = (position: number) => Math.min(Math.max(position < 0 ? position + count : position, 0), count);
  const channels: number[] = [];
  for (let channel = place(start); channel < place(end); channel += step) channels.push(channel);
  return channels.length > 0 && channels.length < count ? channels : undefined;
}

function numbersOf(values: ArrayLike<number> | undefined): number[] | undefined {
  return values && Array.from(values);
}

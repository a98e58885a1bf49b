import { ChannelGroups } from '../channel-groups.ts';
import { GroupRows } from '../group-rows.ts';
import type { ImportedValue } from '../imported-value.ts';
import type { KerasGraph } from '../keras-graph.ts';
import type { OnnxNode, Result } from '../onnx-node.ts';
import { isAllSteps, isLastSteps, StepsFirst } from '../recurrent-values.ts';
import { shuffled } from './channels.ts';

/** `Flatten` of everything but the batch. */
export function flatten(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  if (node.int('axis', 1) !== 1) throw node.refused(`flattens from axis ${node.int('axis', 1)} on, not from 1`);
  return asRow(graph, value);
}

function asRow(graph: KerasGraph, value: ImportedValue): ImportedValue {
  if (value.onnxShape.length === 1) return value;
  const more = { isNonNegative: value.isNonNegative };
  if (value.isChannelsFirst) return graph.value(() => value.layer, value.shape, 'flattened', { ...more, vectorLayer: value.vectorLayer });
  const length = value.shape.reduce((product, one) => product * one, 1);
  return graph.value(graph.add('Flatten', 'flatten', {}, [value.layer]), [length], 'keras', more);
}

/** `Reshape` into a row, of a row into an image, of an image into a signal or into groups of channels; and of what a recurrent operator gives. */
export function reshape(node: OnnxNode, graph: KerasGraph): Result {
  const target = Array.from((node.ints('shape') ?? node.constant(1).values) as ArrayLike<number>);
  const input = node.input(0);
  if (isAllSteps(input) || isLastSteps(input)) return reshapedSteps(node, graph, target);
  if (input instanceof ChannelGroups) {
    const shape = targetShape(node, graph, input.image, target);
    if (shape.join() !== input.image.onnxShape.join())
      throw node.refused(`makes [${shape}] of groups of channels of [${input.image.onnxShape}]`);
    return input.isTurned ? shuffled(graph, input) : input.image;
  }
  if (input instanceof GroupRows) {
    const shape = targetShape(node, graph, input.value, target);
    if (shape.join() === input.value.onnxShape.join()) return input.value;
    throw node.refused(`makes [${shape}] of the channels of [${input.value.onnxShape}] in ${input.groups} groups`);
  }
  const value = node.value(0);
  const shape = targetShape(node, graph, value, target);
  return groupsOf(value, shape) ?? groupRowsOf(value, shape) ?? reshaped(node, graph, value, shape);
}

/** `Squeeze` of an image of one pixel or one row, or of the only direction of a recurrent operator. */
export function squeeze(node: OnnxNode, graph: KerasGraph): Result {
  const input = node.input(0);
  if (isAllSteps(input) && input.directions === 1 && axesOf(node, 4).join() === String(3 - input.batchAxis))
    return new StepsFirst(input.sequence());
  if (isLastSteps(input) && input.directions === 1 && axesOf(node, 3).join() === '0') return input.of(0);
  const value = node.value(0);
  const axes = axesOf(node, value.onnxShape.length + 1);
  if (axes.includes(0) || axes.some((axis) => value.onnxShape[axis - 1] !== 1)) throw node.refused(`takes the axes [${axes}] away`);
  return reshaped(node, graph, value, value.onnxShape.filter((_, i) => !axes.includes(i + 1))); // biome-ignore format: one line
}

/** `Unsqueeze` of a vector into an image of one pixel, of a signal or a sequence into an image of one row. */
export function unsqueeze(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  const rank = value.onnxShape.length + 1;
  const axes = axesOf(node, rank + (node.ints('axes') ?? node.constant(1).values).length);
  const isRow = (value.order === 'signal' && axes.join() === '2') || (value.order === 'keras' && rank === 3 && axes.join() === '1');
  if (isRow) return reshaped(node, graph, value, value.onnxShape.toSpliced(axes[0] - 1, 0, 1));
  if (value.onnxShape.length !== 1 || axes.join() !== '2,3') throw node.refused(`adds the axes [${axes}] to [${value.onnxShape}]`);
  return reshaped(node, graph, value, [...value.onnxShape, 1, 1]);
}

/** `Transpose` between channels first and channels last, between steps first and samples first, or of groups of channels and their members. */
export function transpose(node: OnnxNode, graph: KerasGraph): Result {
  const input = node.input(0);
  const wanted = node.ints('perm')?.join();
  if (input instanceof StepsFirst && wanted === '1,0,2') return input.sequence;
  if (input instanceof ChannelGroups && wanted === '0,2,1,3,4') return new ChannelGroups(input.image, input.groups, !input.isTurned);
  if (isAllSteps(input) && wanted === '0,2,1,3') return { ...input, batchAxis: input.batchAxis === 2 ? 1 : 2 };
  const value = node.value(0);
  if (value.order === 'keras' && value.shape.length === 2 && wanted === '1,0,2') return new StepsFirst(value);
  const rank = value.onnxShape.length + 1;
  const order = node.ints('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  const perm = order.join();
  const more = { isNonNegative: value.isNonNegative };
  if (order.length === rank && order.every((axis, i) => axis === i)) return value;
  if (rank === 4 && value.order === 'keras' && perm === '0,3,1,2') return graph.value(value.layer, value.shape, 'channelsFirst', more);
  if (rank === 4 && value.order === 'channelsFirst' && perm === '0,2,3,1') return graph.value(value.layer, value.shape, 'keras', more);
  if (rank === 3 && value.order === 'keras' && perm === '0,2,1') return graph.value(() => graph.asRow(value), [1, ...value.shape], 'signal', more); // biome-ignore format: one line
  if (rank === 3 && value.order === 'signal' && perm === '0,2,1') return graph.value(() => graph.asSequence(value), value.shape.slice(1), 'keras', more); // biome-ignore format: one line
  throw node.refused(`has the order [${perm.slice(0, 40)}] for [${value.onnxShape}]; known are those between channels first and last`);
}

/** Axes as they are, from an attribute or an input. */
function axesOf(node: OnnxNode, rank: number): number[] {
  const axes = node.ints('axes') ?? Array.from(node.constant(1).values);
  return axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
}

/** What `Reshape` makes of one sample. */
function targetShape(node: OnnxNode, graph: KerasGraph, value: ImportedValue, target: readonly number[]): number[] {
  const size = value.onnxShape.reduce((product, one) => product * one, 1);
  const keeps = node.int('allowzero', 0) === 0;
  const lengths = target.map((length, i) => (length === 0 && keeps ? (i === 0 ? Number.NaN : value.onnxShape[i - 1]) : length));
  const [batch, ...rest] = lengths;
  const known = rest.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
  const shape = rest.map((length) => (length === -1 ? size / known : length));
  const isBatch = Number.isNaN(batch) || batch === -1 || batch === graph.fixedBatch;
  const isSound = shape.every((length) => Number.isSafeInteger(length) && length >= 1) && shape.reduce((a, b) => a * b, 1) === size;
  if (!isBatch || !isSound || (batch === -1 && rest.includes(-1)))
    throw node.refused(`makes [${target.slice(0, 8)}] of [batch, ${value.onnxShape}]`);
  return shape;
}

/** The channels of an image in groups, `[groups, channels / groups, height, width]`. */
function groupsOf(value: ImportedValue, shape: readonly number[]): ChannelGroups | undefined {
  const [groups, perGroup, ...size] = shape;
  const fits = value.order === 'channelsFirst' && shape.length === 4 && size.join() === value.shape.slice(0, 2).join();
  return fits && groups * perGroup === value.shape[2] ? new ChannelGroups(value, groups) : undefined;
}

/** The channels of an image or a signal in groups, `[groups, numbers of a group]`. */
function groupRowsOf(value: ImportedValue, shape: readonly number[]): GroupRows | undefined {
  const [groups] = shape;
  const [channels] = value.onnxShape;
  return value.isChannelsFirst && shape.length === 2 && groups < channels && channels % groups === 0
    ? new GroupRows(value, groups)
    : undefined;
}

/** Of what a recurrent operator gives, the directions are put side by side. */
function reshapedSteps(node: OnnxNode, graph: KerasGraph, target: readonly number[]): Result {
  const value = node.input(0);
  const isOpen = (length: number) => length === -1 || length === 0 || Number.isNaN(length);
  const isBatch = (length: number) => isOpen(length) || length === graph.fixedBatch;
  const [units] = target.slice(-1);
  if (isAllSteps(value) && value.batchAxis === 1 && target.length === 3) {
    const fits = (isOpen(target[0]) || target[0] === value.steps) && (units === -1 || units === value.directions * value.units);
    if (fits && isBatch(target[1])) return new StepsFirst(value.sequence());
  }
  if (isLastSteps(value) && value.directions === 1 && target.length === 2 && isBatch(target[0]) && (units === -1 || units === value.units)) return value.of(0); // biome-ignore format: one line
  throw node.refused(`makes [${target.slice(0, 8)}] of what a recurrent operator gives`);
}

function reshaped(node: OnnxNode, graph: KerasGraph, value: ImportedValue, shape: readonly number[]): ImportedValue {
  if (shape.join() === value.onnxShape.join()) return value;
  if (shape.length === 1) return asRow(graph, value);
  const more = { isNonNegative: value.isNonNegative };
  const rows = rowsOf(graph, value, shape);
  if (rows) return rows;
  if (shape.length === 3 && value.onnxShape.length === 1) {
    const [channels, height, width] = shape;
    if (value.order === 'flattened' && [height, width, channels].join() === value.shape.join())
      return graph.value(value.layer, value.shape, 'channelsFirst', more);
    const onePixel = height * width === 1;
    const target = onePixel ? [1, 1, channels] : [...shape];
    const layer = graph.add('Reshape', 'reshape', { target_shape: target }, [graph.plain(value)]);
    const moved = onePixel || channels === 1 ? layer : graph.add('Permute', 'permute', { dims: [2, 3, 1] }, [layer]);
    if (channels === 1 && !onePixel) {
      const last = graph.add('Reshape', 'reshape', { target_shape: [height, width, 1] }, [layer]);
      return graph.value(last, [height, width, 1], 'channelsFirst', more);
    }
    return graph.value(moved, [height, width, channels], 'channelsFirst', more);
  }
  throw node.refused(`makes [${shape}] of [${value.onnxShape}]; known are rows, images of rows, and signals of images`);
}

/** Between images, signals and sequences whose numbers lie alike. */
function rowsOf(graph: KerasGraph, value: ImportedValue, shape: readonly number[]): ImportedValue | undefined {
  const more = { isNonNegative: value.isNonNegative };
  const own = value.onnxShape;
  if (value.order === 'signal' && shape.join() === `${own[0]},1,${own[1]}`)
    return graph.value(value.layer, value.shape, 'channelsFirst', more);
  if (value.order === 'signal' && shape.length === 3 && shape[0] === own[0]) {
    const image = [shape[1], shape[2], shape[0]];
    return graph.value(graph.add('Reshape', 'reshape', { target_shape: image }, [value.layer]), image, 'channelsFirst', more);
  }
  if (value.order === 'channelsFirst' && shape.join() === `${own[0]},${own[1] * own[2]}`) {
    const row = [1, own[1] * own[2], own[0]];
    const layer = own[1] === 1 ? value.layer : () => graph.add('Reshape', 'reshape', { target_shape: row }, [value.layer]);
    return graph.value(layer, row, 'signal', more);
  }
  if (value.order !== 'keras' || shape.length > 3 || (own.length === 1 && shape.length !== 2)) return undefined;
  return graph.value(() => graph.add('Reshape', 'reshape', { target_shape: [...shape] }, [value.layer]), shape, 'keras', more);
}

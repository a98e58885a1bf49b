import { permuted } from '../../permuted.ts';
import type { Constant } from '../constant.ts';
import { GroupRows } from '../group-rows.ts';
import type { ImportedValue } from '../imported-value.ts';
import { type KerasGraph, layerName } from '../keras-graph.ts';
import type { OnnxNode, Result } from '../onnx-node.ts';

/** `BatchNormalization` as in inference. */
export function batchNormalization(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0).order === 'flattened' ? graph.asVector(node.value(0)) : node.value(0);
  if (node.int('training_mode', 0) !== 0) throw node.refused('is in training mode', 'Export the model after model.eval().');
  if (value.order === 'keras' && value.shape.length !== 1)
    throw node.refused(`normalises axis 1 of [${value.onnxShape}], which is not the channels`);
  const channels = value.shape[value.shape.length - 1];
  const weights = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((key, i) => {
    const { values } = node.constant(i + 1);
    if (values.length !== channels) throw node.damaged(`has ${values.length} numbers ${key} for ${channels} channels`);
    return [key, { shape: [channels], values: Float32Array.from(values) }] as const;
  });
  const name = layerName(node.name || (node.inputs[1] ?? ''), 'norm');
  const layer = graph.add('BatchNormalization', name, { epsilon: node.float('epsilon', 1e-5) }, [value.layer], Object.fromEntries(weights));
  return graph.value(layer, value.shape, value.order);
}

/** `LayerNormalization` of rows, of the last axis, or of all of an image. */
export function layerNormalization(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0).order === 'flattened' ? graph.asVector(node.value(0)) : node.value(0);
  const own = value.onnxShape;
  const axis = node.int('axis', -1);
  const first = (axis < 0 ? axis + own.length + 1 : axis) - 1;
  if (node.outputs.slice(1).some((name) => name !== '')) throw node.refused('also gives the mean or the deviation');
  if (!(first >= 0 && first < own.length)) throw node.damaged(`normalises from axis ${axis} on`);
  const isFirst = value.order === 'channelsFirst';
  if (isFirst && first !== 0) throw node.refused(`normalises [${own.slice(first)}] of an image that has its channels first`);
  const shape = value.shape.slice(first);
  const weight = (index: number) => {
    const constant = node.optionalConstant(index);
    if (constant && constant.shape.join() !== own.slice(first).join())
      throw node.damaged(`has weights [${constant.shape}] for [${own.slice(first)}]`);
    const values = constant && Float32Array.from(constant.values);
    return values && { shape, values: isFirst ? permuted(values, own, [1, 2, 0]) : values };
  };
  const [gamma, beta] = [weight(1), weight(2)];
  const axes = shape.map((_, i) => first + 1 + i);
  const config = { axis: axes, epsilon: node.float('epsilon', 1e-5), scale: gamma !== undefined, center: beta !== undefined };
  const layer = graph.add('LayerNormalization', layerName(node.name || (node.inputs[1] ?? ''), 'norm'), config, [value.layer], {
    ...(gamma && { gamma }),
    ...(beta && { beta }),
  });
  return graph.value(layer, value.shape, value.order);
}

/** `InstanceNormalization` of an image or a signal, or of the rows that a GroupNorm has made of one, or of a row of numbers. */
export function instanceNormalization(node: OnnxNode, graph: KerasGraph): Result {
  const rows = node.input(0);
  const [factors, terms] = [node.constant(1).values, node.constant(2).values];
  const value = rows instanceof GroupRows ? rows.value : node.value(0);
  if (value.isChannelsFirst && !(rows instanceof GroupRows)) return normalizedGroups(node, graph, value, -1, factors, terms);
  if (factors.some((factor) => factor !== 1) || terms.some((term) => term !== 0))
    throw node.refused('has a factor and a term for each group; Keras has them for each channel');
  if (!(rows instanceof GroupRows)) return normalizedRows(node, graph, value);
  const channels = value.shape[value.shape.length - 1];
  graph.checkRoom(2 * channels);
  const [ones, zeros] = [new Float32Array(channels).fill(1), new Float32Array(channels)];
  return new GroupRows(normalizedGroups(node, graph, value, rows.groups, ones, zeros), rows.groups);
}

/** Of a row that was cut into groups, which is a sequence to Keras. */
function normalizedRows(node: OnnxNode, graph: KerasGraph, value: ImportedValue): ImportedValue {
  if (value.shape.length !== 2) throw node.refused(`normalises channels of [${value.onnxShape}]; known are images, signals and rows`);
  const config = { axis: [2], epsilon: node.float('epsilon', 1e-5), scale: false, center: false };
  return graph.value(graph.add('LayerNormalization', 'norm', config, [value.layer]), value.shape, value.order);
}

/** `GroupNormalization`; until version 20 of the operators it has a factor and a term for each group, then for each channel. */
export function groupNormalization(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const value = node.value(0);
  const channels = value.shape[value.shape.length - 1];
  const groups = node.int('num_groups', 0);
  if (!(groups >= 1 && channels % groups === 0)) throw node.damaged(`has ${groups} groups of ${channels} channels`);
  graph.checkRoom(2 * channels);
  const perChannel = (index: number) => {
    const { values } = node.constant(index);
    if (node.opset > 20 || values.length !== groups) return values;
    return Float32Array.from({ length: channels }, (_, channel) => values[Math.floor((channel * groups) / channels)]);
  };
  return normalizedGroups(node, graph, value, groups, perChannel(1), perChannel(2));
}

/** @param groups -1: each channel is one */
function normalizedGroups(
  node: OnnxNode,
  graph: KerasGraph,
  value: ImportedValue,
  groups: number,
  factors: Constant['values'],
  terms: Constant['values'],
): ImportedValue {
  if (!value.isChannelsFirst) throw node.refused(`normalises channels of [${value.onnxShape}]; known are images and signals`);
  const channels = value.shape[value.shape.length - 1];
  const weight = (values: Constant['values'], what: string) => {
    if (values.length !== channels) throw node.damaged(`has ${values.length} ${what} for ${channels} channels`);
    return { shape: [channels], values: Float32Array.from(values) };
  };
  const config = { groups, epsilon: node.float('epsilon', 1e-5) };
  const layer = graph.add('GroupNormalization', layerName(node.name || (node.inputs[1] ?? ''), 'norm'), config, [value.layer], {
    gamma: weight(factors, 'factors'),
    beta: weight(terms, 'terms'),
  });
  return graph.value(layer, value.shape, value.order, { takesScale: true });
}

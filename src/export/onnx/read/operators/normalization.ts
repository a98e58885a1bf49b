import { permuted } from '../../permuted.ts';
import type { ImportedValue } from '../imported-value.ts';
import { type KerasGraph, layerName } from '../keras-graph.ts';
import type { OnnxNode } from '../onnx-node.ts';

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

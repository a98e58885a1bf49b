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

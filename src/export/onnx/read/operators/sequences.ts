import { isConstant } from '../constant.ts';
import type { ImportedValue } from '../imported-value.ts';
import { type KerasGraph, layerName } from '../keras-graph.ts';
import type { OnnxNode, Result } from '../onnx-node.ts';
import { isAllSteps, isLastSteps, StepsFirst } from '../recurrent-values.ts';

/** `Gather` of one step of a sequence, of one direction of a recurrent operator, or of the rows of a table by what the model reads. */
export function gatherStep(node: OnnxNode, graph: KerasGraph): Result {
  const input = node.input(0);
  if (isConstant(input)) return embedding(node, graph);
  const { values, shape } = node.constant(1);
  const axis = node.int('axis', 0);
  if (values.length !== 1 || shape.length !== 0)
    throw node.refused(`picks [${shape}] of its axis ${axis}; known is one step of a sequence`);
  const at = (length: number) => {
    const position = values[0] < 0 ? values[0] + length : values[0];
    if (!Number.isSafeInteger(position) || position < 0 || position >= length) throw node.damaged(`picks number ${values[0]} of ${length}`);
    return position;
  };
  if (isLastSteps(input) && axis === 0) return input.of(at(input.directions));
  if (isAllSteps(input) && axis === 0 && input.directions === 1 && at(input.steps) === input.steps - 1) return input.last;
  if (input instanceof StepsFirst && axis === 0) return stepOf(graph, input.sequence, at(input.sequence.shape[0]));
  const value = node.value(0);
  const isSteps = value.order === 'keras' && value.shape.length === 2 && (axis === 1 || axis === -2);
  if (!isSteps) throw node.refused(`picks of axis ${axis} of [${value.onnxShape}]; known is one step of a sequence`);
  return stepOf(graph, value, at(value.shape[0]));
}

function stepOf(graph: KerasGraph, value: ImportedValue, step: number): ImportedValue {
  const [steps, features] = value.shape;
  const more = { isNonNegative: value.isNonNegative };
  if (step === steps - 1 && value.lastLayer) return graph.value(value.lastLayer, [features], 'keras', more);
  const cropped = () => {
    const cropping = [[0, 0], [step, steps - 1 - step]]; // biome-ignore format: one line
    return graph.add('Flatten', 'flatten', {}, [graph.add('Cropping2D', 'step', { cropping }, [graph.asRow(value)])]);
  };
  return graph.value(cropped, [features], 'keras', more);
}

function embedding(node: OnnxNode, graph: KerasGraph): ImportedValue {
  const { shape, values } = node.constant(0);
  const value = node.value(1);
  const [rows, columns] = shape;
  if (shape.length !== 2 || node.int('axis', 0) !== 0)
    throw node.refused(`picks of axis ${node.int('axis', 0)} of the constant [${shape}]`);
  if (value.order !== 'keras' || value.shape.length !== 1)
    throw node.refused(`picks rows of a table by [${value.onnxShape}]; known is a list`);
  const embeddings = { shape: [rows, columns], values: Float32Array.from(values) };
  const config = { input_dim: rows, output_dim: columns };
  const layer = graph.add('Embedding', layerName(node.inputs[0] ?? '', 'embedding'), config, [value.layer], { embeddings });
  return graph.value(layer, [...value.shape, columns], 'keras');
}

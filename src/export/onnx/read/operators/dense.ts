import type { Constant } from '../constant.ts';
import type { ImportedValue } from '../imported-value.ts';
import { type KerasGraph, layerName } from '../keras-graph.ts';
import type { OnnxNode, Result } from '../onnx-node.ts';

/** `Gemm` of a vector and a constant matrix. */
export function gemm(node: OnnxNode, graph: KerasGraph): Result {
  const value = node.value(0);
  if (node.int('transA', 0) !== 0) throw node.refused('transposes the batch');
  const matrix = node.constant(1);
  if (matrix.shape.length !== 2) throw node.damaged(`has a matrix [${matrix.shape}]`);
  const [alpha, beta] = [node.float('alpha', 1), node.float('beta', 1)];
  const isTransposed = node.int('transB', 0) !== 0;
  const [k, n] = isTransposed ? [matrix.shape[1], matrix.shape[0]] : matrix.shape;
  if (value.onnxShape.length !== 1) throw node.refused(`reads [${value.onnxShape}], which is no vector`);
  const at = isTransposed ? (row: number, column: number) => column * k + row : (row: number, column: number) => row * n + column;
  const term = node.optionalConstant(2);
  const bias = term && spread(node, term, n).map((one) => one * beta);
  return dense(node, graph, value, { k, n, numberAt: (row, column) => alpha * matrix.values[at(row, column)], bias });
}

/** `MatMul` with a constant matrix; an `Add` behind it becomes the bias. */
export function matMul(node: OnnxNode, graph: KerasGraph): Result {
  const value = node.value(0);
  const matrix = node.constant(1);
  if (matrix.shape.length !== 2) throw node.refused(`multiplies by a constant [${matrix.shape}], not a matrix`);
  if (value.order === 'channelsFirst') throw node.refused('multiplies the rows of an image that has its channels first');
  const [k, n] = matrix.shape;
  const rows = value.order === 'signal' ? graph.channelsAsSteps(value) : value; // it multiplies the steps of each channel
  return dense(node, graph, rows, { k, n, numberAt: (row, column) => matrix.values[row * n + column] });
}

interface Matrix {
  readonly k: number;
  readonly n: number;
  numberAt(row: number, column: number): number;
  readonly bias?: Float32Array;
}

function dense(node: OnnxNode, graph: KerasGraph, value: ImportedValue, { k, n, numberAt, bias }: Matrix): ImportedValue {
  const length = value.onnxShape[value.onnxShape.length - 1];
  if (k !== length || n < 1) throw node.damaged(`has a matrix [${k}, ${n}] for ${length} values`);
  graph.checkRoom(k * n);
  // The rows of a kernel that reads a flattened image are moved, so that the image can be flattened as Keras does.
  const rowOf = value.order === 'flattened' ? keptOrder(value.shape) : (row: number) => row;
  const kernel = new Float32Array(k * n);
  for (let row = 0; row < k; row++) {
    const from = rowOf(row);
    for (let column = 0; column < n; column++) kernel[row * n + column] = numberAt(from, column);
  }
  const name = layerName(node.name || (node.inputs[1] ?? ''), 'dense');
  const input = value.order === 'flattened' ? graph.flattened(value) : value.layer;
  const weights = { kernel: { shape: [k, n], values: kernel }, ...(bias && { bias: { shape: [n], values: bias } }) };
  const layer = graph.add('Dense', name, { units: n, use_bias: bias !== undefined }, [input], weights);
  return graph.value(layer, [...value.onnxShape.slice(0, -1), n], 'keras', { takesBias: !bias });
}

/** For each value of an image in Keras' order: where it stands with the channels first. */
function keptOrder([height, width, channels]: readonly number[]): (row: number) => number {
  return (row) => (row % channels) * height * width + Math.floor(row / channels);
}

/** A constant that is added to every row: one number, or one per column. */
function spread(node: OnnxNode, { shape, values }: Constant, length: number): Float32Array {
  const isVector = shape.slice(0, -1).every((one) => one === 1);
  if (!isVector || (values.length !== 1 && values.length !== length)) throw node.refused(`has a constant [${shape}] for ${length} values`);
  return values.length === 1 ? new Float32Array(length).fill(values[0]) : Float32Array.from(values);
}

import { isConstant } from './constant.ts';
import type { KerasGraph } from './keras-graph.ts';
import type { OnnxNode, Result } from './onnx-node.ts';
import {
  activation,
  clip,
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  largest,
  leakyRelu,
  pRelu,
  relu,
  selu,
  smallest,
  softmax,
} from './operators/activation.ts';
import { arithmetic, combination } from './operators/arithmetic.ts';
import { concat, split } from './operators/channels.ts';
import {
  castConstant,
  concatLengths,
  constant,
  constantOfShape,
  dequantizeLinear,
  expandConstant,
  gather,
  identity,
  reshapeLengths,
  sameLengths,
  shape,
  slice,
  transposeLengths,
} from './operators/constants.ts';
import { conv, convTranspose } from './operators/convolution.ts';
import { sliceImage } from './operators/cropping.ts';
import { gemm, matMul } from './operators/dense.ts';
import { batchNormalization, groupNormalization, instanceNormalization, layerNormalization } from './operators/normalization.ts';
import { pad } from './operators/padding.ts';
import { globalPool, pool, reduceImage } from './operators/pooling.ts';
import { recurrent } from './operators/recurrent.ts';
import { resize } from './operators/resize.ts';
import { gatherStep } from './operators/sequences.ts';
import { flatten, reshape, squeeze, transpose, unsqueeze } from './operators/shapes.ts';

/** Makes the layers of a node, or computes what is known already. @returns what it gives; a list where that are several results */
export type ReadOperator = (node: OnnxNode, graph: KerasGraph) => Result | readonly Result[];

/** One way for what the model computes, another for shapes, which are known already. */
const orLengths =
  (ofValues: ReadOperator, ofLengths: ReadOperator): ReadOperator =>
  (node, graph) =>
    isConstant(node.input(0)) ? ofLengths(node, graph) : ofValues(node, graph);

/** ONNX's operators that become layers of Keras, by name. */
export const operators: Readonly<Record<string, ReadOperator>> = {
  Add: arithmetic,
  AveragePool: pool,
  BatchNormalization: batchNormalization,
  Cast: orLengths(identity, castConstant),
  Clip: clip,
  Concat: orLengths(concat, concatLengths),
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Conv: conv,
  ConvTranspose: convTranspose,
  DequantizeLinear: dequantizeLinear,
  Div: arithmetic,
  Dropout: identity,
  Elu: elu,
  Flatten: flatten,
  Expand: expandConstant,
  GRU: recurrent,
  Gather: (node, graph) => (isConstant(node.input(0)) && isConstant(node.input(1)) ? gather(node) : gatherStep(node, graph)),
  Gelu: gelu,
  Gemm: gemm,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GroupNormalization: groupNormalization,
  HardSigmoid: hardSigmoid,
  HardSwish: hardSwish,
  Identity: identity,
  InstanceNormalization: instanceNormalization,
  LSTM: recurrent,
  LayerNormalization: layerNormalization,
  LeakyRelu: leakyRelu,
  MatMul: matMul,
  Max: largest,
  MaxPool: pool,
  Mean: combination,
  Min: smallest,
  Mish: activation('mish'),
  Mul: arithmetic,
  PRelu: pRelu,
  Pad: pad,
  RNN: recurrent,
  ReduceMax: reduceImage,
  ReduceMean: reduceImage,
  Relu: relu,
  Reshape: orLengths(reshape, reshapeLengths),
  Resize: resize,
  Selu: selu,
  Shape: shape,
  Sigmoid: activation('sigmoid', true),
  Slice: orLengths(sliceImage, slice),
  Softmax: softmax,
  Split: split,
  Softplus: activation('softplus', true),
  Softsign: activation('softsign'),
  Squeeze: orLengths(squeeze, sameLengths),
  Sub: arithmetic,
  Sum: combination,
  Tanh: activation('tanh'),
  Transpose: orLengths(transpose, transposeLengths),
  Upsample: resize,
  Unsqueeze: orLengths(unsqueeze, sameLengths),
};

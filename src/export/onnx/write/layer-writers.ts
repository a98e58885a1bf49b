import type { WriteLayer } from './layer-context.ts';
import { activationLayer, parametricRectifier, signs } from './layers/activation.ts';
import { conv2d, conv2dTranspose, depthwiseConv2d, separableConv2d } from './layers/convolution.ts';
import { dense } from './layers/dense.ts';
import { combination, concatenation, dot } from './layers/merge.ts';
import { batchNormalization, groupNormalization, layerNormalization, rescaling } from './layers/normalization.ts';
import { globalPooling, pooling } from './layers/pooling.ts';
import { recurrent } from './layers/recurrent.ts';
import { cropping2d, flatten, permute, reshape, upSampling2d, zeroPadding2d } from './layers/reshaping.ts';
import { embedding, ofSequences, repeatVector } from './layers/sequences.ts';
import { bidirectional, timeDistributed } from './layers/wrappers.ts';
import { fakeQuantize } from './rounding.ts';

const same: WriteLayer = ({ inputs: [value] }) => value;

/** How each of Keras' layers is written, by its class. */
export const layerWriters: Readonly<Record<string, WriteLayer>> = {
  InputLayer: same,
  Dropout: same,
  SpatialDropout1D: same,
  SpatialDropout2D: same,
  GaussianDropout: same,
  GaussianNoise: same,
  AlphaDropout: same,
  Conv1D: ofSequences(conv2d),
  Conv2D: conv2d,
  WinogradConv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  Conv2DTranspose: conv2dTranspose,
  Dense: dense,
  Embedding: embedding,
  RepeatVector: repeatVector,
  SimpleRNN: recurrent('simple'),
  GRU: recurrent('gru'),
  LSTM: recurrent('lstm'),
  Bidirectional: bidirectional,
  TimeDistributed: timeDistributed((kind) => (Object.hasOwn(layerWriters, kind) ? layerWriters[kind] : undefined)),
  MaxPooling1D: ofSequences(pooling),
  AveragePooling1D: ofSequences(pooling),
  GlobalMaxPooling1D: ofSequences(globalPooling),
  GlobalAveragePooling1D: ofSequences(globalPooling),
  MaxPooling2D: pooling,
  AveragePooling2D: pooling,
  GlobalMaxPooling2D: globalPooling,
  GlobalAveragePooling2D: globalPooling,
  BatchNormalization: batchNormalization,
  GroupNormalization: groupNormalization,
  LayerNormalization: layerNormalization,
  Rescaling: rescaling,
  Activation: activationLayer,
  ReLU: activationLayer,
  LeakyReLU: activationLayer,
  ELU: activationLayer,
  ThresholdedReLU: activationLayer,
  Softmax: activationLayer,
  PReLU: parametricRectifier,
  SignActivation: signs,
  FakeQuantize: fakeQuantize,
  Add: combination,
  Average: combination,
  Multiply: combination,
  Maximum: combination,
  Minimum: combination,
  Concatenate: concatenation,
  Dot: dot,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  Cropping2D: cropping2d,
  ZeroPadding2D: zeroPadding2d,
  UpSampling2D: upSampling2d,
};

/** Layers with several inputs. */
export const mergingKinds: ReadonlySet<string> = new Set(['Add', 'Average', 'Multiply', 'Maximum', 'Minimum', 'Concatenate', 'Dot']);

/** Layers that hand on the numbers they read, or choose among them: what was rounded stays so. */
export const keepingKinds: ReadonlySet<string> = new Set([
  'InputLayer',
  'Dropout',
  'MaxPooling2D',
  'GlobalMaxPooling2D',
  'Flatten',
  'Reshape',
  'Concatenate',
  'Permute',
  'Cropping2D',
  'ZeroPadding2D',
  'UpSampling2D',
]);

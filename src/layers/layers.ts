import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { Dropout, type DropoutArgs } from './dropout.ts';
import { GroupNormalization, type GroupNormalizationArgs } from './group-normalization.ts';
import { nextLayerName } from './layer-names.ts';
import { QuantConv2D, type QuantConv2DArgs } from './quant-conv2d.ts';
import { QuantDense, type QuantDenseArgs } from './quant-dense.ts';
import { SeparableConv2D, type SeparableConv2DArgs } from './separable-conv2d.ts';
import { SignActivation, type SignActivationArgs } from './sign-activation.ts';

/** tfjs's arguments, but shapes may be readonly, as those of `Features` are. */
type LayerArguments<Args> = Args extends object
  ? { [Key in keyof Args]: Key extends 'inputShape' | 'targetShape' ? Readonly<Args[Key]> : Args[Key] }
  : Args;

type LayerFactory<Factory> = Factory extends (args: infer Args) => infer Created
  ? undefined extends Args
    ? (args?: LayerArguments<NonNullable<Args>>) => Created
    : (args: LayerArguments<Args>) => Created
  : never;

/** The same factory; a layer without a name is called `<prefix>1`, `<prefix>2` within its model. */
function named<Factory extends (args: never) => unknown>(prefix: string, factory: Factory): LayerFactory<Factory> {
  const create = (args?: { name?: string }) => factory({ ...args, name: args?.name ?? nextLayerName(prefix) } as never);
  return create as LayerFactory<Factory>;
}

/**
 * The layers a model is built of: tfjs's factories (Keras' layers in camelCase), with our own `dropout`.
 * Kernels start as `glorotNormal` unless a layer says otherwise (tfjs's default; Keras' is `glorotUniform`).
 * Left out: recurrent layers, and those whose randomness cannot be seeded (noise, random preprocessing).
 */
export const layers = {
  input: named('input', tfLayers.input),
  inputLayer: named('input', tfLayers.inputLayer),
  dense: named('dense', tfLayers.dense),
  conv1d: named('conv', tfLayers.conv1d),
  conv2d: named('conv', tfLayers.conv2d),
  depthwiseConv2d: named('depthwise', tfLayers.depthwiseConv2d),
  separableConv2d: named('separable', (args: SeparableConv2DArgs) => new SeparableConv2D(args)),
  conv2dTranspose: named('transpose', tfLayers.conv2dTranspose),
  quantDense: named('dense', (args: QuantDenseArgs) => new QuantDense(args)),
  quantConv2d: named('conv', (args: QuantConv2DArgs) => new QuantConv2D(args)),
  signActivation: named('sign', (args?: SignActivationArgs) => new SignActivation(args)),
  maxPooling1d: named('pool', tfLayers.maxPooling1d),
  maxPooling2d: named('pool', tfLayers.maxPooling2d),
  averagePooling1d: named('pool', tfLayers.averagePooling1d),
  averagePooling2d: named('pool', tfLayers.averagePooling2d),
  globalMaxPooling1d: named('pool', tfLayers.globalMaxPooling1d),
  globalMaxPooling2d: named('pool', tfLayers.globalMaxPooling2d),
  globalAveragePooling1d: named('pool', tfLayers.globalAveragePooling1d),
  globalAveragePooling2d: named('pool', tfLayers.globalAveragePooling2d),
  batchNormalization: named('norm', tfLayers.batchNormalization),
  layerNormalization: named('norm', tfLayers.layerNormalization),
  groupNormalization: named('norm', (args?: GroupNormalizationArgs) => new GroupNormalization(args)),
  dropout: named('dropout', (args: DropoutArgs) => new Dropout(args)),
  activation: named('activation', tfLayers.activation),
  reLU: named('relu', tfLayers.reLU),
  leakyReLU: named('relu', tfLayers.leakyReLU),
  prelu: named('prelu', tfLayers.prelu),
  elu: named('elu', tfLayers.elu),
  softmax: named('softmax', tfLayers.softmax),
  flatten: named('flatten', tfLayers.flatten),
  reshape: named('reshape', tfLayers.reshape),
  permute: named('permute', tfLayers.permute),
  zeroPadding2d: named('padding', tfLayers.zeroPadding2d),
  cropping2D: named('cropping', tfLayers.cropping2D),
  upSampling2d: named('upsampling', tfLayers.upSampling2d),
  embedding: named('embedding', tfLayers.embedding),
  add: named('add', tfLayers.add),
  average: named('average', tfLayers.average),
  maximum: named('maximum', tfLayers.maximum),
  minimum: named('minimum', tfLayers.minimum),
  multiply: named('multiply', tfLayers.multiply),
  concatenate: named('concatenate', tfLayers.concatenate),
};

/** One layer, whoever made it. */
export type Layer = InstanceType<typeof tfLayers.Layer>;

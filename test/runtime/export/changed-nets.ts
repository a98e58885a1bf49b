import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { packModel } from '../../../src/compression/pack-model.ts';
import type { topologyOf } from '../../../src/compression/surgery/topology.ts';
import type { Features } from '../../../src/data/features.ts';
import { type Layer, layers } from '../../../src/layers/index.ts';
import type { NamedWeight } from '../../../src/packed/model-file.ts';
import { readModelFile } from '../../../src/packed/read-model-file.ts';
import { writeModelFile } from '../../../src/packed/write-model-file.ts';
import { netOf } from '../compression/small-nets.ts';
import { pictures, shaken } from './nets.ts';

/** The file of a model that Keras has and tfjs cannot run. */
export interface ChangedNet {
  readonly features: Features;
  readonly bytes: Uint8Array;
  readonly weights: ReadonlyMap<string, NamedWeight>;
}

const featuresOf = (inputShape: readonly number[], outputs: number): Features => ({
  ...pictures,
  inputShape: [...inputShape],
  outputs,
  outputNames: Array.from({ length: outputs }, (_, i) => `${i}`),
});

/** Of a net in which the layer `changed` has other settings, and weights, than tfjs has. */
async function changedNet(
  build: () => Layer[],
  features: Features,
  change: object,
  weights: Readonly<Record<string, NamedWeight>> = {},
): Promise<ChangedNet> {
  const model = await shaken(netOf(build, features));
  const file = readModelFile(await packModel(model, { features }));
  model.dispose();
  const { class_name, config } = file.topology as ReturnType<typeof topologyOf>;
  const changed = config.layers.map((layer) =>
    layer.config.name === 'changed' ? { ...layer, config: { ...layer.config, ...change } } : layer,
  );
  const all = new Map([...file.weights, ...Object.entries(weights)]);
  const bytes = writeModelFile({ ...file, topology: { class_name, config: { ...config, layers: changed } }, weights: all });
  return { features, bytes, weights: all };
}

/** The softmax over an axis of `[3, 4, 2]`. */
export function softmaxOver(axis: number): Promise<ChangedNet> {
  const build = () => [layers.softmax({ inputShape: [3, 4, 2], name: 'changed' }), layers.flatten()];
  return changedNet(build, featuresOf([3, 4, 2], 24), { axis });
}

/** A GRU of 5 units that resets after its product, over 4 moments of 3 columns. */
export function resettingGru(): Promise<ChangedNet> {
  const glorot = { kernelInitializer: 'glorotNormal', recurrentInitializer: 'glorotNormal' } as const;
  const bias = { shape: [2, 15], values: Float32Array.from({ length: 30 }, (_, i) => Math.sin(i)) };
  const build = () => [tfLayers.gru({ inputShape: [4, 3], units: 5, ...glorot, name: 'changed' })];
  return changedNet(build, featuresOf([4, 3], 5), { reset_after: true }, { 'changed/bias': bias });
}

/** Layers without a bias in the file that say, falsely, they were this large. */
export function falselyLarge(kind: 'lstm' | 'depthwiseConv2d', size: number): Promise<ChangedNet> {
  const glorot = { kernelInitializer: 'glorotNormal', recurrentInitializer: 'glorotNormal' } as const;
  const build = {
    lstm: () => [tfLayers.lstm({ inputShape: [4, 3], units: 2, useBias: false, ...glorot, name: 'changed' })],
    depthwiseConv2d: () => [
      layers.depthwiseConv2d({ inputShape: [4, 3, 2], kernelSize: [4, 3], useBias: false, name: 'changed' }),
      layers.flatten(),
    ],
  }[kind];
  const features = kind === 'lstm' ? featuresOf([4, 3], 2) : featuresOf([4, 3, 2], 2);
  return changedNet(build, features, kind === 'lstm' ? { units: size } : { depth_multiplier: size });
}

/** A convolution of 4 filters of 3 taps that sees no later moment, over 11 moments of 2 columns. */
export function causalConvolution(strides: number, dilationRate: number): Promise<ChangedNet> {
  const build = () => [
    layers.conv1d({ inputShape: [11, 2], filters: 4, kernelSize: 3, strides, dilationRate, padding: 'same', name: 'changed' }),
    layers.flatten(),
  ];
  return changedNet(build, featuresOf([11, 2], 4 * Math.ceil(11 / strides)), { padding: 'causal' });
}

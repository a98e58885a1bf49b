import type { LayersModel } from '@tensorflow/tfjs-layers';
import { readWeights } from '../../../src/checkpoint/model-weights.ts';
import { RandomStream } from '../../../src/core/random.ts';
import { DataLoader } from '../../../src/data/data-loader.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import type { Features } from '../../../src/data/features.ts';
import { withLayerNames } from '../../../src/layers/layer-names.ts';
import { layers } from '../../../src/layers/layers.ts';
import { sequential } from '../../../src/layers/sequential.ts';
import { stableWeightNames } from '../../../src/layers/stable-weight-names.ts';
import type { TrainerOptions } from '../../../src/training/trainer.ts';

/** Points of the plane; two classes, inside and outside of a circle around the origin. */
export const pointFeatures: Features = {
  task: 'classification',
  inputShape: [2],
  outputs: 2,
  outputNames: ['inside', 'outside'],
  preprocessing: { kind: 'scale', scale: 1, offset: 0 },
};

/** `count` points drawn with `seed`. */
export function points(count: number, seed = 0): Dataset {
  const random = new RandomStream(seed, 'points');
  const inputs = Float32Array.from({ length: count * 2 }, () => random.uniform(-1, 1));
  const targets = Int32Array.from({ length: count }, (_, i) => (Math.hypot(inputs[2 * i], inputs[2 * i + 1]) < 0.75 ? 0 : 1));
  return {
    length: count,
    features: pointFeatures,
    get: (indices) => ({
      size: indices.length,
      inputs: Float32Array.from({ length: indices.length * 2 }, (_, i) => inputs[2 * indices[i >> 1] + (i & 1)]),
      targets: Int32Array.from(indices, (index) => targets[index]),
    }),
  };
}

export function pointLoader(count: number, { batchSize = 16, seed = 0, shuffle = true } = {}): DataLoader {
  return new DataLoader(points(count, seed), { batchSize, ...(shuffle && { shuffleSeed: seed }) });
}

/** An mlp with the same initial weights whenever it is built. */
export function tinyModel({ dropout = 0, batchNormalization = false, softmax = 'layer' as 'layer' | 'activation' } = {}) {
  const model = withLayerNames(() =>
    sequential([
      layers.dense({ name: 'dense1', inputShape: [2], units: 8, activation: 'relu', kernelInitializer: seeded(1) }),
      ...(batchNormalization ? [layers.batchNormalization({ name: 'norm1', momentum: 0.5 })] : []),
      ...(dropout ? [layers.dropout({ name: 'dropout1', rate: dropout })] : []),
      layers.dense({ name: 'dense2', units: 2, kernelInitializer: seeded(2), activation: softmax === 'activation' ? 'softmax' : 'linear' }),
      ...(softmax === 'layer' ? [layers.softmax({ name: 'softmax' })] : []),
    ]),
  );
  stableWeightNames(model);
  return model;
}

function seeded(seed: number) {
  return { className: 'GlorotUniform', config: { seed } } as never;
}

/** What a few epochs of it are trained with. */
export const options: TrainerOptions = {
  epochs: 4,
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
  optimizer: { name: 'adam', learningRate: 0.05 },
};

export const validation = () => pointLoader(64, { seed: 1, shuffle: false });

/** The numbers of every weight. */
export async function weightsOf(model: LayersModel): Promise<number[][]> {
  return Array.from((await readWeights(model)).values(), ({ values }) => Array.from(values));
}

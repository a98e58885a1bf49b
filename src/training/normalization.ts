import { mul, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { normalizeBatch } from '../backend/wasm/index.ts';
import type { LayersAtOnce } from './layers-at-once.ts';
import { isReLU } from './pooled-convolution.ts';

type Layer = LayersModel['layers'][number];

interface Weight {
  read(): Tensor;
  write(value: Tensor): unknown;
}

/** What tfjs' declarations keep to themselves. */
interface BatchNormalizationLayer {
  readonly axis: number;
  readonly epsilon: number;
  readonly momentum: number;
  readonly gamma: Weight | null;
  readonly beta: Weight | null;
  readonly movingMean: Weight;
  readonly movingVariance: Weight;
}

/** A batch normalization over the channels, and perhaps a ReLU behind it, which training can do in one. */
export function normalizationOf(layers: readonly Layer[]): LayersAtOnce | undefined {
  const [first, second] = layers;
  if (first?.getClassName() !== 'BatchNormalization') return undefined;
  const layer = first as unknown as BatchNormalizationLayer;
  const { axis, epsilon, gamma, beta } = layer;
  const rank = (first.input as { shape: unknown[] }).shape.length;
  if (!gamma || !beta || (axis !== -1 && axis !== rank - 1)) return undefined;
  const reluBehind = second !== undefined && isReLU(second);
  const activation = reluBehind ? 'relu' : 'linear';
  return {
    length: reluBehind ? 2 : 1,
    run: (x) => {
      if (!first.trainable) return undefined; // it uses its moving averages
      return normalizeBatch(x, {
        gamma: gamma.read(),
        beta: beta.read(),
        epsilon,
        activation,
        onStatistics(mean, variance) {
          follow(layer.movingMean, mean, layer.momentum);
          follow(layer.movingVariance, variance, layer.momentum);
        },
      });
    },
  };
}

/** A running mean, as tfjs' layer keeps it. */
function follow(weight: Weight, value: Tensor, momentum: number): void {
  tidy(() => {
    const before = weight.read();
    weight.write(sub(before, mul(sub(before, value), 1 - momentum)));
  });
}

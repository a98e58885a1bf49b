import type { Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { variableOf } from '../../layers/stable-weight-names.ts';

/** A kernel that may be pruned. */
export interface PrunableWeight {
  readonly layer: string;
  /** `conv1/kernel` */
  readonly name: string;
  readonly size: number;
  readonly variable: Variable;
}

/** The kernels that may be pruned, by layer. */
export function prunableWeights(model: LayersModel): PrunableWeight[] {
  return model.weights
    .filter(({ originalName }) => originalName.endsWith('/kernel'))
    .map((weight) => ({
      layer: weight.originalName.slice(0, -'/kernel'.length),
      name: weight.originalName,
      size: weight.shape.reduce<number>((product, length) => product * (length ?? 1), 1),
      variable: variableOf(weight),
    }));
}

import { tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

type Weight = LayersModel['weights'][number];

/** The weights of a model that are held by a constraint (`kernelConstraint: 'nonNeg'`); most models have none. */
export function constrainedWeights(model: LayersModel): readonly Weight[] {
  return model.trainableWeights.filter((weight) => weight.constraint);
}

/** Puts weights back where their constraints want them, after a step. tfjs' own `fit` does not. */
export function applyConstraints(weights: readonly Weight[]): void {
  for (const weight of weights) {
    const { constraint } = weight;
    tidy(() => {
      weight.write(constraint.apply(weight.read()));
    });
  }
}

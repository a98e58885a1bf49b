import { tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** Puts weights back where their layers' constraints (`kernelConstraint: 'nonNeg'`) want them, after a step. tfjs' own `fit` does not. */
export function applyConstraints(model: LayersModel): void {
  for (const weight of model.trainableWeights) {
    const { constraint } = weight;
    if (!constraint) continue;
    tidy(() => {
      weight.write(constraint.apply(weight.read()));
    });
  }
}

import { measuringBatches, OutputGradients } from './gradients-of.ts';
import type { MeasuredImportance } from './importance.ts';

/**
 * h w^2 / 2, the saliency of Optimal Brain Damage (LeCun, Denker and Solla, 1990): how much the loss rises if the weight becomes 0,
 * with h from the diagonal of its second derivatives. That diagonal is taken from the Gauss-Newton matrix, as the paper does by
 * leaving out second derivatives of the units; estimated without bias from batches with random signs at the outputs, as the
 * Gauss-Newton-Bartlett estimator (Liu et al., "Sophia", 2023) does from sampled labels. It needs inputs alone, no labels.
 */
export const obd = {
  name: 'obd',
  needs: 'data',
  async scores({ model, features, train, kernels, random }) {
    const gradients = new OutputGradients(model, features);
    const weights = kernels.map(({ variable }) => variable);
    const curvatures = kernels.map(({ size }) => new Float32Array(size));
    let samples = 0;
    for await (const batch of measuringBatches(train)) {
      const signs = Float32Array.from({ length: batch.size * features.outputs }, () => (random.uint32() & 1 ? 1 : -1));
      gradients.of(weights, batch, signs).forEach((gradient, k) => {
        for (let i = 0; i < gradient.length; i++) curvatures[k][i] += gradient[i] ** 2;
      });
      samples += batch.size;
    }
    return new Map(
      kernels.map(({ name, variable }, k) => [
        name,
        (variable.dataSync() as Float32Array).map((value, i) => ((curvatures[k][i] / samples) * value * value) / 2),
      ]),
    );
  },
} as const satisfies MeasuredImportance;

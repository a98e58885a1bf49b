import { DlError } from '../../core/errors.ts';
import { Objective } from '../../training/objective.ts';
import { resolveLoss } from '../../training/resolve-parts.ts';
import type { TrainingSettings } from '../technique.ts';
import { gradientsOf, measuringBatches } from './gradients-of.ts';
import type { MeasuredImportance } from './importance.ts';

/**
 * |w dL/dw|: how much the loss would change, to first order, if the weight were 0. The mean over batches of the training data
 * (Molchanov et al., "Pruning convolutional neural networks for resource efficient inference", 2017).
 */
export const taylor = {
  name: 'taylor',
  needs: 'data',
  check({ training }) {
    if (!training) throw new DlError('refused', "pruneWeights importance 'taylor' needs the loss: pass `loss` to compressModel.");
  },
  async scores({ model, features, train, training, kernels }) {
    const objective = new Objective(model, features, resolveLoss((training as TrainingSettings).loss));
    const weights = kernels.map(({ variable }) => variable);
    const values = weights.map((weight) => weight.dataSync() as Float32Array);
    const sums = values.map(({ length }) => new Float32Array(length));
    for await (const batch of measuringBatches(train)) {
      const gradients = gradientsOf(weights, () => objective.evaluate(objective.upload(batch)).loss);
      gradients.forEach((gradient, k) => {
        for (let i = 0; i < gradient.length; i++) sums[k][i] += Math.abs(values[k][i] * gradient[i]);
      });
    }
    return new Map(kernels.map(({ name }, k) => [name, sums[k]]));
  },
} as const satisfies MeasuredImportance;

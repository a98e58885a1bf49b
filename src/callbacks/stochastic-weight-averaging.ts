import { z } from 'zod';
import { AveragedWeights } from './averaged-weights.ts';
import { defineCallback } from './callback.ts';

/**
 * Averages the weights that the last epochs end with, all alike, and judges and saves those epochs with the average: it lies in the middle
 * of a flat region, where a single epoch ends at its rim (Izmailov et al., 2018). Wants a rate that does not fall to nothing:
 * `learningRateScheduler` with `finalShare` 0.1 or more, or none.
 */
export const stochasticWeightAveraging = defineCallback({
  name: 'stochasticWeightAveraging',
  defaults: {
    /** The share of the epochs after which averaging begins. */
    startShare: 0.75,
  },
  schema: { startShare: z.number().min(0).lt(1) },
  create({ startShare }) {
    const averages = new AveragedWeights();
    return {
      name: 'stochasticWeightAveraging',
      onEpochBegin: ({ model }) => averages.swapOut(model),
      onTestBegin({ model, epoch, params }) {
        if (epoch < Math.floor(startShare * params.epochs)) return;
        averages.update(model, 1 / (averages.count + 1));
        averages.swapIn(model);
      },
      onTrainEnd: () => averages.dispose(),
      onException: () => averages.dispose(),
      stateDict: () => averages.stateDict(),
      loadStateDict: (state) => averages.loadStateDict(state),
    };
  },
});

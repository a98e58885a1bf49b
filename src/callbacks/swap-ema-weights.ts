import { z } from 'zod';
import { AveragedWeights } from './averaged-weights.ts';
import { defineCallback } from './callback.ts';

/**
 * Keeps an exponential moving average of the weights, taken in after every step. An epoch is judged and saved with the averages, which are
 * steadier than the weights of one step (Polyak and Juditsky, 1992); training goes on with its own. Keras' callback of that name.
 */
export const swapEMAWeights = defineCallback({
  name: 'swapEMAWeights',
  defaults: {
    /** The share of the average that stays at each step; Keras' `ema_momentum`. */
    emaMomentum: 0.99,
  },
  schema: { emaMomentum: z.number().min(0).lt(1) },
  create({ emaMomentum }) {
    const averages = new AveragedWeights();
    return {
      name: 'swapEMAWeights',
      onEpochBegin: ({ model }) => averages.swapOut(model),
      onTrainBatchEnd: ({ model }) => averages.update(model, 1 - emaMomentum),
      onTestBegin: ({ model }) => averages.swapIn(model),
      onTrainEnd: () => averages.dispose(),
      onException: () => averages.dispose(),
      stateDict: () => averages.stateDict(),
      loadStateDict: (state) => averages.loadStateDict(state),
    };
  },
});

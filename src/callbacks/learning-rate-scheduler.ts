import { z } from 'zod';
import { defineCallback } from './callback.ts';
import { type RateSchedule, rateSchedules, rateShareAt } from './rate-schedules.ts';

/**
 * Sets the learning rate before each step, as a share of the optimizer's own: large steps find a good region, small ones settle in it.
 * Named after Keras' callback, with schedules by name instead of a function.
 */
export const learningRateScheduler = defineCallback({
  name: 'learningRateScheduler',
  defaults: {
    /** How the rate falls: `cosine`, `cosineRestarts`, `exponential`, `polynomial`, `step`, `oneCycle` or `constant`. */
    schedule: 'cosine' as RateSchedule,
    /** The last rate as a share of the first. */
    finalShare: 0.01,
    /** Steps in which the rate first climbs from near 0, in equal parts. */
    warmupSteps: 0,
    /** Of `cosineRestarts`: how often it falls; of `step`: at how many heights it stays. */
    cycles: 3,
    /** Of `polynomial`: 1 falls along a line, 2 along a parabola. */
    power: 1,
  },
  schema: {
    schedule: z.enum(rateSchedules),
    finalShare: z.number().gt(0).max(1),
    warmupSteps: z.int().min(0),
    cycles: z.int().min(1),
    power: z.number().positive(),
  },
  create(options) {
    const { schedule, warmupSteps } = options;
    let firstRate: number | undefined;
    const shareAt = (step: number, totalSteps: number) => {
      if (step < warmupSteps) return (step + 1) / (warmupSteps + 1);
      const last = totalSteps - 1 - warmupSteps;
      return rateShareAt(schedule, last > 0 ? Math.min(1, (step - warmupSteps) / last) : 0, options);
    };
    return {
      name: 'learningRateScheduler',
      onTrainBegin({ optimizer }) {
        firstRate ??= optimizer.learningRate;
      },
      onTrainBatchBegin({ optimizer, params }, step) {
        if (firstRate !== undefined) optimizer.learningRate = firstRate * shareAt(step, params.totalSteps);
      },
      // Without it a resumed training would fall from the rate it was stopped at.
      stateDict: () => firstRate ?? null,
      loadStateDict(state) {
        firstRate = typeof state === 'number' ? state : undefined;
      },
    };
  },
});

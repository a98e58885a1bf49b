import { z } from 'zod';
import { defineCallback } from './callback.ts';

/** The rate as a share of the first one. @param done share of the training that is done, in [0, 1] @param final share at the end */
const schedules = {
  /** Slowly at first and at the end (Loshchilov and Hutter, 2017, without restarts). */
  cosine: (done: number, final: number) => final + (1 - final) * 0.5 * (1 + Math.cos(Math.PI * done)),
  /** By the same factor at every step. */
  exponential: (done: number, final: number) => final ** done,
} as const;

type Schedule = keyof typeof schedules;

/**
 * Lets the learning rate fall from step to step, from the optimizer's own to `finalShare` of it at the planned end: large steps find a
 * good region, small ones settle in it. Named after Keras' callback, with schedules by name instead of a function.
 */
export const learningRateScheduler = defineCallback({
  name: 'learningRateScheduler',
  defaults: {
    /** `cosine` or `exponential`. */
    schedule: 'cosine' as Schedule,
    /** The last rate as a share of the first. */
    finalShare: 0.01,
  },
  schema: { schedule: z.enum(Object.keys(schedules) as Schedule[]), finalShare: z.number().gt(0).max(1) },
  create({ schedule, finalShare }) {
    let firstRate: number | undefined;
    return {
      name: 'learningRateScheduler',
      onTrainBegin({ optimizer }) {
        firstRate ??= optimizer.learningRate;
      },
      onTrainBatchBegin({ optimizer, params }, step) {
        const steps = params.epochs * params.stepsPerEpoch;
        const done = steps > 1 ? Math.min(1, step / (steps - 1)) : 0;
        if (firstRate !== undefined) optimizer.learningRate = firstRate * schedules[schedule](done, finalShare);
      },
      // Without it a resumed training would fall from the rate it was stopped at.
      stateDict: () => firstRate ?? null,
      loadStateDict(state) {
        firstRate = typeof state === 'number' ? state : undefined;
      },
    };
  },
});

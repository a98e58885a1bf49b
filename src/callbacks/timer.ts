import { z } from 'zod';
import { formatDuration } from '../core/format.ts';
import { defineCallback, type TrainingContext } from './callback.ts';
import { parseDuration } from './parse-duration.ts';

/**
 * Ends the training when its time is over. The time counts over interruptions: a training that goes on has what is left of it.
 * Lightning's callback of that name.
 */
export const timer = defineCallback({
  name: 'timer',
  watchesOnly: true,
  defaults: {
    /** `90s`, `30m`, `1h30m`, `2d` or `01:30:00`. */
    maxTime: '1h',
    /** `step`: at once; the epoch that is not finished is not judged. `epoch`: at the end of the epoch. */
    interval: 'step' as 'step' | 'epoch',
  },
  schema: {
    maxTime: z.string().refine((text) => parseDuration(text) !== undefined, 'Write 90s, 30m, 1h30m, 2d or 01:30:00.'),
    interval: z.enum(['step', 'epoch']),
  },
  create({ maxTime, interval }) {
    const limit = (parseDuration(maxTime) ?? Number.POSITIVE_INFINITY) * 1000;
    let before = 0;
    let began: number | undefined;
    const elapsed = () => before + (began === undefined ? 0 : performance.now() - began);
    const check = (context: TrainingContext) => {
      if (elapsed() >= limit) context.stopTraining(`its time of ${formatDuration(limit)} is over`);
    };
    return {
      name: 'timer',
      onTrainBegin() {
        began = performance.now();
      },
      ...(interval === 'step' && { onTrainBatchEnd: check }),
      onEpochEnd: check,
      stateDict: () => ({ milliseconds: elapsed() }),
      loadStateDict(state) {
        before = (state as { milliseconds: number }).milliseconds;
        began = undefined;
      },
    };
  },
});

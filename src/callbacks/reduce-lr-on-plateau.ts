import { z } from 'zod';
import { defineCallback } from './callback.ts';
import { EpochMonitor } from './monitor.ts';

/**
 * Makes the learning rate smaller when the monitored value has not improved for some epochs. Counts as Keras' callback of that name does.
 * Not together with `learningRateScheduler`, which sets the rate itself at every step.
 */
export const reduceLROnPlateau = defineCallback({
  name: 'reduceLROnPlateau',
  defaults: {
    /** The new rate as a share of the old one. */
    factor: 0.1,
    /** Epochs without improvement after which it falls. */
    patienceEpochs: 10,
    /** Only a change of more than this counts as an improvement. */
    minDelta: 0.0001,
    /** Epochs after a fall in which it does not count. */
    cooldownEpochs: 0,
    /** It falls no further than to this rate. */
    minLearningRate: 0,
  },
  schema: {
    factor: z.number().gt(0).lt(1),
    patienceEpochs: z.int().min(0),
    minDelta: z.number().min(0),
    cooldownEpochs: z.int().min(0),
    minLearningRate: z.number().min(0),
  },
  create({ factor, patienceEpochs, minDelta, cooldownEpochs, minLearningRate }) {
    let judge: EpochMonitor | undefined;
    let state = { waited: 0, cooldown: 0, judge: undefined as unknown };
    return {
      name: 'reduceLROnPlateau',
      onTrainBegin({ monitor }) {
        judge = new EpochMonitor(monitor, minDelta);
        if (state.judge) judge.loadStateDict(state.judge);
      },
      onEpochEnd({ monitor, optimizer }, epoch, logs) {
        if (!judge) return;
        judge.update(epoch, logs[monitor.key]);
        if (state.cooldown > 0) {
          state.cooldown--;
          state.waited = 0;
        }
        if (judge.improved) state.waited = 0;
        else if (state.cooldown === 0 && ++state.waited >= patienceEpochs && optimizer.learningRate > minLearningRate) {
          optimizer.learningRate = Math.max(optimizer.learningRate * factor, minLearningRate);
          state.cooldown = cooldownEpochs;
          state.waited = 0;
        }
      },
      stateDict: () => ({ ...state, judge: judge?.stateDict() ?? state.judge ?? null }),
      loadStateDict(saved) {
        state = { ...(saved as typeof state) };
      },
    };
  },
});

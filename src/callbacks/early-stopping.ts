import { z } from 'zod';
import { defineCallback } from './callback.ts';
import { EpochMonitor } from './monitor.ts';

/**
 * Ends the training when the monitored value has not improved for some epochs. Counts as Keras' `EarlyStopping` does (but NaN is never best):
 * patience 3 allows three epochs in a row without improvement and stops after the third.
 */
export const earlyStopping = defineCallback({
  name: 'earlyStopping',
  watchesOnly: true,
  defaults: {
    /** Epochs without improvement after which it stops. */
    patienceEpochs: 3,
    /** Only a change of more than this counts as an improvement. */
    minDelta: 0,
  },
  schema: { patienceEpochs: z.int().min(0), minDelta: z.number().min(0) },
  create({ patienceEpochs, minDelta }) {
    let judge: EpochMonitor | undefined;
    let saved: unknown;
    return {
      name: 'earlyStopping',
      onTrainBegin({ monitor }) {
        judge = new EpochMonitor(monitor, minDelta);
        if (saved !== undefined) judge.loadStateDict(saved);
        saved = undefined;
      },
      onEpochEnd(context, epoch, logs) {
        if (!judge) return;
        const { key } = context.monitor;
        judge.update(epoch, logs[key]);
        const waited = judge.epochsWithoutImprovement;
        // As in Keras, the first epoch never ends a training.
        if (waited === 0 || waited < patienceEpochs || epoch === 0) return;
        context.stopTraining(`${key} has not improved for ${waited} ${waited === 1 ? 'epoch' : 'epochs'}`);
      },
      stateDict: () => judge?.stateDict() ?? saved ?? null,
      loadStateDict(state) {
        saved = state ?? undefined;
      },
    };
  },
});

import { z } from 'zod';
import { formatCountOf } from '../core/format.ts';
import { defineCallback } from './callback.ts';
import { EpochMonitor } from './monitor.ts';

/**
 * Ends the training when the monitored value has not improved for some epochs. Counts as Keras' `EarlyStopping` does (but NaN is never best):
 * patience 3 allows three epochs in a row without improvement and stops after the third. Which way is up follows from what is monitored.
 */
export const earlyStopping = defineCallback({
  name: 'earlyStopping',
  watchesOnly: true,
  defaults: {
    /** Epochs without improvement after which it stops. */
    patienceEpochs: 3,
    /** Only a change of more than this counts as an improvement. */
    minDelta: 0,
    /** Epochs at the beginning in which it does not count. */
    startFromEpoch: 0,
    /** A value that must be beaten to count as an improvement; null: none. */
    baseline: null as number | null,
    /** Puts the weights of the best epoch back at the end, also where all epochs are trained; false leaves those of the last. */
    restoreBestWeights: true,
  },
  schema: { patienceEpochs: z.int().min(0), minDelta: z.number().min(0), startFromEpoch: z.int().min(0), baseline: z.number().nullable() },
  create({ patienceEpochs, minDelta, startFromEpoch, baseline, restoreBestWeights }) {
    let judge: EpochMonitor | undefined;
    let waited = 0;
    let saved: { readonly judge: unknown; readonly waited: number } | undefined;
    return {
      name: 'earlyStopping',
      restoreBestWeights,
      onTrainBegin({ monitor }) {
        judge = new EpochMonitor(monitor, minDelta);
        waited = saved?.waited ?? 0;
        if (saved?.judge) judge.loadStateDict(saved.judge);
        saved = undefined;
      },
      onEpochEnd(context, epoch, logs) {
        if (!judge || epoch < startFromEpoch) return;
        const { key, higherIsBetter } = context.monitor;
        judge.update(epoch, logs[key]);
        waited++;
        // As in Keras: what is better but does not beat the baseline lets patience run on, and does not end the training itself.
        const gain = baseline === null ? Number.POSITIVE_INFINITY : (logs[key] - baseline) * (higherIsBetter ? 1 : -1);
        if (judge.improved && gain > minDelta) waited = 0;
        // As in Keras, the first epoch never ends a training.
        if (judge.improved || waited < patienceEpochs || epoch === 0) return;
        context.stopTraining(`${key} has not improved for ${formatCountOf(waited, 'epoch')}`);
      },
      stateDict: () => saved ?? (judge ? { judge: judge.stateDict(), waited } : null),
      loadStateDict(state) {
        saved = (state as typeof saved | null) ?? undefined;
      },
    };
  },
});

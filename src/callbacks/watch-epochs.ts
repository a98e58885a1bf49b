import type { Run } from '../runs/run.ts';
import type { Callback } from './callback.ts';

/** Shows a study how a training goes, epoch by epoch, and ends it when the study says so. */
export function watchEpochs(watch: NonNullable<Run['watch']>): Callback {
  return {
    name: 'watchEpochs',
    async onEpochEnd(context) {
      const reason = await watch(context.history);
      if (reason !== undefined) context.stopTraining(reason);
    },
  };
}

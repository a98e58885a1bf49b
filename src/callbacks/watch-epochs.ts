import type { Run } from '../runs/run.ts';
import type { Callback } from './callback.ts';

/** Shows a study how a training goes, epoch by epoch, and ends it when the study says so. The first of all callbacks: it measures how long the validation takes. */
export function watchEpochs(watch: NonNullable<Run['watch']>): Callback {
  let begin = 0;
  return {
    name: 'watchEpochs',
    onTestBegin() {
      begin = performance.now();
    },
    async onEpochEnd(context) {
      const reason = await watch(context.history, (performance.now() - begin) / 1000);
      if (reason !== undefined) context.stopTraining(reason);
    },
  };
}

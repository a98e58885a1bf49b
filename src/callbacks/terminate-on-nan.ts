import { DlError } from '../core/errors.ts';
import { defineCallback } from './callback.ts';

/**
 * Ends the training at the step at which the loss is no longer a number. The best epoch so far is kept;
 * where there is none, the training fails with a DlError `diverged`.
 */
export const terminateOnNaN = defineCallback({
  name: 'terminateOnNaN',
  watchesOnly: true,
  defaults: {},
  create() {
    let firstRate: number | undefined; // the one in config.ts; a schedule may have changed it since
    return {
      name: 'terminateOnNaN',
      onTrainBegin({ optimizer }) {
        firstRate ??= optimizer.learningRate;
      },
      onTrainBatchEnd(context, step, { loss }) {
        if (Number.isFinite(loss)) return;
        const rate = firstRate ?? context.optimizer.learningRate;
        const { stepsPerEpoch } = context.params;
        const epoch = Math.floor(step / stepsPerEpoch) + 1;
        const reason = `at step ${(step % stepsPerEpoch) + 1} of ${stepsPerEpoch} the loss became ${Number.isNaN(loss) ? 'NaN' : 'infinite'}`;
        if (context.monitor.bestEpoch >= 0) context.stopTraining(`${reason}; ${advice(rate)}`);
        else
          throw new DlError(
            'diverged',
            `Stopped in epoch ${epoch}: ${reason}. No epoch was finished before: nothing is kept. Next, ${advice(rate)}.`,
          );
      },
      stateDict: () => firstRate ?? null,
      loadStateDict(state) {
        firstRate = (state as number | null) ?? undefined;
      },
    };
  },
});

function advice(learningRate: number): string {
  const smaller = Number((learningRate / 10).toPrecision(3));
  return `try a smaller learning rate: training.optimizer.learningRate=${smaller} (now ${Number(learningRate.toPrecision(3))})`;
}

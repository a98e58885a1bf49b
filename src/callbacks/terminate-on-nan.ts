import { DlError } from '../core/errors.ts';
import { defineCallback, type TrainingContext } from './callback.ts';

/**
 * Ends the training at the step at which the loss is no longer a number. The best epoch so far is kept;
 * where there is none, the training fails with a DlError `diverged`.
 */
export const terminateOnNaN = defineCallback({
  name: 'terminateOnNaN',
  defaults: {},
  create: () => ({
    name: 'terminateOnNaN',
    onTrainBatchEnd(context, step, { loss }) {
      if (Number.isFinite(loss)) return;
      const { stepsPerEpoch } = context.params;
      const epoch = Math.floor(step / stepsPerEpoch) + 1;
      const reason = `at step ${(step % stepsPerEpoch) + 1} of ${stepsPerEpoch} the loss became ${Number.isNaN(loss) ? 'NaN' : 'infinite'}`;
      if (context.monitor.bestEpoch >= 0) context.stopTraining(`${reason}; ${advice(context)}`);
      else
        throw new DlError(
          'diverged',
          `Stopped in epoch ${epoch}: ${reason}. No epoch was finished before: nothing is kept. Next, ${advice(context)}.`,
        );
    },
  }),
});

function advice({ optimizer: { learningRate } }: TrainingContext): string {
  const smaller = Number((learningRate / 10).toPrecision(3));
  return `try a smaller learning rate: training.optimizer.learningRate=${smaller} (now ${learningRate})`;
}

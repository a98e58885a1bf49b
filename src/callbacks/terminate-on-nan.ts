import { DlError } from '../core/errors.ts';
import { type Anomaly, findAnomaly, hasNonFinite } from './anomaly.ts';
import { defineCallback, type TrainingContext } from './callback.ts';

/**
 * Ends the training at the step at which the loss is no longer a number. The best epoch so far is kept;
 * where there is none, the training fails with a DlError `diverged`.
 */
export const terminateOnNaN = defineCallback({
  name: 'terminateOnNaN',
  watchesOnly: true,
  defaults: {
    /** Looks at every gradient before it is used, and names the layer that first made NaN. Slow: for the search of a fault. */
    detectAnomaly: false,
  },
  create({ detectAnomaly }) {
    let firstRate: number | undefined; // the one in config.ts; a schedule may have changed it since
    let anomaly: Anomaly | undefined;
    const end = (context: TrainingContext, what: string) => {
      const { epoch, stepInEpoch, params, monitor, optimizer } = context;
      const reason = `at step ${stepInEpoch} of ${params.stepsPerEpoch} ${what}`;
      const next = advice(firstRate ?? optimizer.learningRate);
      if (monitor.bestEpoch >= 0) context.stopTraining(`${reason}; ${next}`);
      else
        throw new DlError(
          'diverged',
          `Stopped in epoch ${epoch + 1}: ${reason}. No epoch was finished before: nothing is kept. Next, ${next}.`,
        );
    };
    return {
      name: 'terminateOnNaN',
      onTrainBegin({ optimizer }) {
        firstRate ??= optimizer.learningRate;
      },
      ...(detectAnomaly && {
        onGradients({ model, features, batch }, gradients) {
          if (Object.values(gradients).some(hasNonFinite)) anomaly ??= findAnomaly(model, features, batch, gradients);
          return gradients;
        },
      }),
      onTrainBatchEnd(context, _step, { loss }) {
        if (context.stopReason !== undefined) return;
        if (anomaly) end(context, describe(anomaly));
        else if (!Number.isFinite(loss)) end(context, `the loss became ${Number.isNaN(loss) ? 'NaN' : 'infinite'}`);
      },
      stateDict: () => firstRate ?? null,
      loadStateDict(state) {
        firstRate = (state as number | null) ?? undefined;
      },
    };
  },
});

function describe({ kind, name }: Anomaly): string {
  if (kind === 'input') return `sample ${name} of the batch has inputs that are no numbers`;
  if (kind === 'weight') return `the weight ${name} is no number any more`;
  if (kind === 'output') return `the outputs of layer ${name} are the first that are no numbers`;
  return `the gradient of ${name} is no number, though every layer's outputs are`;
}

function advice(learningRate: number): string {
  const smaller = Number((learningRate / 10).toPrecision(3));
  return `try a smaller learning rate: training.optimizer.learningRate=${smaller} (now ${Number(learningRate.toPrecision(3))})`;
}

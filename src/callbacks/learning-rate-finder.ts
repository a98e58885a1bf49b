import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { DlError } from '../core/errors.ts';
import { defineCallback, type TrainingContext } from './callback.ts';

/** How much of the loss before stays in its smoothed course (fastai's value). */
const smoothing = 0.98;
/** Past this multiple of the lowest loss nothing is to be learned from larger rates. */
const divergence = 4;

interface Tried {
  readonly rate: number;
  /** Smoothed. */
  readonly loss: number;
}

/**
 * Looks for a learning rate instead of training: one step with each rate of a rising row, then it ends the training and names a tenth of
 * the rate at which the loss was lowest (range test, Smith 2017). Lightning's callback of that name. The row is written to `learning-rates.csv`.
 */
export const learningRateFinder = defineCallback({
  name: 'learningRateFinder',
  defaults: {
    minLearningRate: 1e-7,
    maxLearningRate: 1,
    /** How many rates are tried, at equal factors. */
    steps: 100,
  },
  schema: { minLearningRate: z.number().positive(), maxLearningRate: z.number().positive(), steps: z.int().min(10) },
  create({ minLearningRate, maxLearningRate, steps }, run) {
    const tried: Tried[] = [];
    let mean = 0;
    const rateAt = (step: number) => minLearningRate * (maxLearningRate / minLearningRate) ** (step / (steps - 1));
    const end = (context: TrainingContext) => {
      if (run)
        writeFileSync(run.path('learning-rates.csv'), `learningRate,loss\n${tried.map(({ rate, loss }) => `${rate},${loss}\n`).join('')}`);
      const rate = suggestion(tried);
      const found = rate === undefined ? 'the loss fell at no rate' : `try training.optimizer.learningRate=${Number(rate.toPrecision(2))}`;
      context.stopTraining(`the learning rates are tried: ${found}`);
    };
    return {
      name: 'learningRateFinder',
      onTrainBegin() {
        if (minLearningRate < maxLearningRate) return;
        throw new DlError('config', 'callbacks.learningRateFinder.minLearningRate must be below maxLearningRate.');
      },
      // Later than any schedule sets it.
      onGradients({ optimizer, step }, gradients) {
        optimizer.learningRate = rateAt(step);
        return gradients;
      },
      onTrainBatchEnd(context, step) {
        mean = smoothing * mean + (1 - smoothing) * context.batchLoss;
        const loss = mean / (1 - smoothing ** (step + 1));
        tried.push({ rate: rateAt(step), loss });
        const lowest = Math.min(...tried.map((one) => one.loss));
        const last = step + 1 >= Math.min(steps, context.params.totalSteps);
        if (last || !(loss <= divergence * lowest)) end(context);
      },
    };
  },
});

/**
 * A tenth of the rate at which the loss was lowest: there it already begins to grow again (fastai's `minimum`).
 * Undefined where it was lowest among the first tenth, which are too small to do anything.
 */
function suggestion(tried: readonly Tried[]): number | undefined {
  const lowest = tried.reduce((best, one, i) => (one.loss < tried[best].loss ? i : best), 0);
  return lowest < tried.length / 10 ? undefined : tried[lowest].rate / 10;
}

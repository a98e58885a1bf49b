import { describeSummary } from '../models/describe-summary.ts';
import { summarize } from '../models/summarize.ts';
import { defineCallback } from './callback.ts';

/** Prints the layers, their shapes, weights and multiply-adds before the training: `npm run summary` in every run. Lightning's callback of that name. */
export const modelSummary = defineCallback({
  name: 'modelSummary',
  watchesOnly: true,
  defaults: {},
  create: (_options, run) => ({
    name: 'modelSummary',
    onTrainBegin: ({ model }) => run?.print(`${describeSummary(summarize(model))}\n`),
  }),
});

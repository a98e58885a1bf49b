import { evaluationTally } from '../metrics/evaluation-tally.ts';
import { summarize } from '../models/summarize.ts';
import { writeEvaluationRecord } from '../runs/evaluation-record.ts';
import { defineCallback, type Logs } from './callback.ts';

/**
 * Collects what the run's `report.html` shows beside the log: what the best epoch so far got wrong on the validation data (in
 * `validation.json`, so that it is there when a training is interrupted, too), and the sizes of model and data. The page itself is made from
 * the run's files when the training has ended. Without a run it does nothing.
 */
export const report = defineCallback({
  name: 'report',
  watchesOnly: true,
  defaults: {},
  create(_options, run) {
    if (run?.kind !== 'train') return { name: 'report' };
    let tally: ReturnType<typeof evaluationTally> | undefined;
    return {
      name: 'report',
      onTrainBegin({ model, params, features }) {
        const { trainSamples, validationSamples } = params;
        const { weights, multiplyAccumulates } = summarize(model);
        const { task, inputShape } = features;
        run.record({ sizes: { task, inputShape, trainSamples, validationSamples, weights, multiplyAccumulates } });
      },
      onTestBegin({ features, params }) {
        tally = params.validationSamples > 0 ? evaluationTally(features, params.validationSamples) : undefined;
      },
      onTestBatchEnd(_context, { targets, size }, predictions) {
        tally?.update(targets, predictions, size);
      },
      async onEpochEnd(context, epoch, logs) {
        if (!tally || !context.monitor.improved) return;
        const evaluation = tally.result(ofValidation(logs));
        await writeEvaluationRecord(run.folder, 'validation', evaluation, {
          epoch,
          findSample: (index) => context.rawValidationSample(index),
        });
      },
    };
  },
});

function ofValidation(logs: Logs): Logs {
  const entries = Object.entries(logs).filter(([key]) => key.startsWith('val_'));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice('val_'.length), value]));
}

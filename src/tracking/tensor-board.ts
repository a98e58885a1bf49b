import { z } from 'zod';
import { EventFile, type EventFileState } from './event-file/event-file.ts';
import { histogramSummary, imageSummary, type SummaryValue, scalarSummary, settingsSummary, textSummary } from './event-file/summaries.ts';
import type { TrackedValues, TrackerDefinition } from './tracker.ts';

export interface TensorBoardOptions {
  folder: string;
  everySteps: number;
  histogramEveryEpochs: number;
  wrongImages: number;
}

/**
 * Writes TensorBoard event files into the run's folder: loss and metrics as Keras' callback names them (`epoch_loss`; training and validation
 * are two runs, so that their curves lie in one chart), the weights as histograms, the validation images that were most wrong, the settings.
 */
export const tensorBoard: TrackerDefinition<'tensorBoard', TensorBoardOptions> = {
  name: 'tensorBoard',
  defaults: {
    /** Inside the run's folder. */
    folder: 'tensorboard',
    /** Also `batch_loss` and so on after every so many steps; 0 is none. */
    everySteps: 0,
    /** Histograms of the weights after every so many epochs; 0 is none. */
    histogramEveryEpochs: 1,
    /** Validation images that were most wrong, after each epoch that is the best so far; 0 is none. */
    wrongImages: 8,
  },
  schema: { everySteps: z.int().min(0), histogramEveryEpochs: z.int().min(0), wrongImages: z.int().min(0).max(24) },
  create({ folder, ...wants }, run) {
    const train = new EventFile(run.path(folder, 'train'));
    const validation = new EventFile(run.path(folder, 'validation'));
    return {
      wants,
      begin({ config, settings, resumed }) {
        if (resumed) return;
        const text = `\`\`\`json\n${JSON.stringify(config, null, 2)}\n\`\`\``;
        train.write(0, textSummary('config', text), settingsSummary(settings, run.id, Date.now() / 1000));
      },
      logEpoch(values, { epoch }) {
        const { ofTraining, ofValidation } = apart(values);
        train.write(epoch, ...scalars('epoch_', ofTraining));
        validation.write(epoch, ...scalars('epoch_', ofValidation));
      },
      logStep: (values, { step }) => train.write(step, ...scalars('batch_', values)),
      logHistogram: (name, values, { epoch }) => train.write(epoch, histogramSummary(name, values)),
      logImage: (name, image, caption, { epoch }) =>
        validation.write(epoch, imageSummary(name, image), textSummary(`${name}/caption`, caption)),
      where: () => `tensorboard --logdir ${run.shown(run.path(folder))}`,
      stateDict: () => ({ train: train.stateDict(), validation: validation.stateDict() }),
      loadStateDict(state) {
        const saved = state as Readonly<Record<'train' | 'validation', EventFileState>>;
        train.loadStateDict(saved.train);
        validation.loadStateDict(saved.validation);
      },
    };
  },
};

function scalars(prefix: string, values: TrackedValues): SummaryValue[] {
  return Object.entries(values).map(([key, value]) => scalarSummary(prefix + key, value));
}

function apart(values: TrackedValues) {
  const entries = Object.entries(values);
  return {
    ofTraining: Object.fromEntries(entries.filter(([key]) => !key.startsWith('val_'))),
    ofValidation: Object.fromEntries(
      entries.filter(([key]) => key.startsWith('val_')).map(([key, value]) => [key.slice('val_'.length), value]),
    ),
  };
}

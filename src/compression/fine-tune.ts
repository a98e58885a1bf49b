import { existsSync } from 'node:fs';
import { add, type NamedTensorMap, type Scalar, variableGrads } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Callback } from '../callbacks/callback.ts';
import { learningRateScheduler } from '../callbacks/learning-rate-scheduler.ts';
import { type RateSchedule, rateSchedules } from '../callbacks/rate-schedules.ts';
import { lastCheckpointPath, previousCheckpointPath } from '../checkpoint/checkpoint-paths.ts';
import { saveLastCheckpoint } from '../checkpoint/save-last-checkpoint.ts';
import { DlError } from '../core/errors.ts';
import type { AugmentationSettings } from '../data/augmentation/augmentation-settings.ts';
import { trainableVariables } from '../layers/stable-weight-names.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import { Trainer } from '../training/trainer.ts';
import type { ActiveTechnique, Technique, TechniqueContext, TrainingSettings } from './technique.ts';

export interface FineTuneOptions {
  /** Passes over the training data. */
  epochs: number;
  /** @default the rate it was trained with: better than a smaller one (Renda, Frankle and Carbin, 2020), and the best epoch is kept */
  learningRate?: number;
  /** How the rate falls: `cosine` to a hundredth, or any other schedule of `learningRateScheduler`. @default 'constant' */
  learningRateSchedule?: RateSchedule;
  /** Changes of the training pictures beside those of the training, for these epochs: `{ mixup: 0.4 }`. @default none */
  augmentation?: Partial<AugmentationSettings>;
}

/**
 * Trains on, so that the rest of the model makes up for what the steps before took away. What they hold (pruned weights at 0)
 * stays held: they are put back after every training step. The best epoch is kept, by the training's monitor;
 * after a pruning schedule the last one, because earlier ones are less sparse.
 */
export function fineTune(options: FineTuneOptions): Technique {
  const { epochs } = options;
  return {
    name: 'fineTune',
    label: `fine-tune ${epochs} ep`,
    options,
    needs: 'training',
    epochs,
    check: (context) => checkTraining('fineTune', options, context),
    train: (context, active) => trainOn(context, options, active, active.every(isSettled)),
  };
}

/**
 * Refuses what cannot be trained, for techniques that train.
 * @throws DlError `config` or `refused`
 */
export function checkTraining(name: string, options: FineTuneOptions, { data, training }: TechniqueContext): void {
  const { epochs, learningRate, learningRateSchedule: schedule = 'constant', augmentation } = options;
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new DlError('config', `${name} epochs is ${epochs}; it must be a whole number, at least 1.`);
  }
  if (learningRate !== undefined && !(Number.isFinite(learningRate) && learningRate > 0)) {
    throw new DlError('config', `${name} learningRate is ${learningRate}; it must be a number above 0.`);
  }
  if (!rateSchedules.includes(schedule)) {
    throw new DlError('config', `${name} learningRateSchedule is ${JSON.stringify(schedule)}; allowed are ${rateSchedules.join(', ')}.`);
  }
  if (!data) throw new DlError('refused', `${name} needs training data: pass \`data\` to compressModel.`);
  if (!training) throw new DlError('refused', `${name} needs a loss and an optimizer: pass them to compressModel.`);
  if (augmentation) data.train.augmented(augmentation);
}

/**
 * Trains the model on while techniques are in force. Where the context has a `backup`, it goes on from there, and saves itself there after each epoch.
 * @param keepsBest whether the best epoch is kept; else the last one
 */
export async function trainOn(
  context: TechniqueContext,
  { epochs, learningRate, learningRateSchedule: schedule = 'constant', augmentation }: FineTuneOptions,
  active: readonly ActiveTechnique[],
  keepsBest: boolean,
): Promise<void> {
  const { model, data, training, backup } = context;
  if (!data || !training) throw new DlError('refused', 'Fine-tuning needs training data, a loss and an optimizer.');
  const trainer = new Trainer(model, {
    ...training,
    epochs,
    optimizer: withRate(training.optimizer, learningRate),
    callbacks: [
      holdTechniques(active, context),
      learningRateScheduler.create({ ...learningRateScheduler.defaults, schedule }, undefined),
      ...(backup ? [saveEachEpoch(backup)] : []),
    ],
    restoreBestWeights: keepsBest,
    resumeFrom: backup && [lastCheckpointPath(backup), previousCheckpointPath(backup)].find((path) => existsSync(path)),
  });
  const train = augmentation ? data.train.augmented(augmentation) : data.train;
  try {
    await trainer.fit(train, data.validation);
  } finally {
    if (train !== data.train) await train.close();
  }
}

/** Keeps the techniques of the steps before in force while a model trains. @param context for states that a checkpoint gives back */
export function holdTechniques(active: readonly ActiveTechnique[], context: TechniqueContext): Callback {
  const losses = active.filter(({ technique }) => technique.trainingLoss);
  return {
    name: 'holdTechniques',
    ...(losses.length > 0 && {
      onLoss: (_, batch) =>
        losses.reduce((loss, { technique, state }) => technique.trainingLoss?.(state, { ...batch, loss }) ?? loss, batch.loss),
    }),
    onGradients: ({ model }, gradients) =>
      active.reduce((changed, { technique, state }) => {
        const added = technique.loss ? addGradients(changed, () => technique.loss?.(state, model) as Scalar, model) : changed;
        return technique.gradients?.(state, added, model) ?? added;
      }, gradients),
    onTrainBatchEnd({ model }) {
      for (const one of active) {
        one.step++;
        one.technique.project?.(one.state, model, one.step);
      }
    },
    stateDict: () => active.map(({ technique, state, step }) => ({ step, state: technique.saveState && [...technique.saveState(state)] })),
    loadStateDict(saved) {
      active.forEach((one, i) => {
        const { step, state } = (saved as SavedActive[])[i];
        one.step = step;
        if (!state) return;
        one.technique.dispose?.(one.state);
        one.state = one.technique.loadState?.(new Map(state), context);
      });
    },
  };
}

interface SavedActive {
  readonly step: number;
  readonly state?: readonly (readonly [string, NamedWeight])[];
}

/** So that a recipe that is killed goes on in the middle of a long training. */
function saveEachEpoch(backup: NonNullable<TechniqueContext['backup']>): Callback {
  return {
    name: 'saveEachEpoch',
    async onEpochEnd(context) {
      const content = await context.snapshot();
      if (content) await saveLastCheckpoint(backup, content);
    },
  };
}

/** With the gradients of another term of the loss: those of a sum are the sum of those. */
function addGradients(gradients: NamedTensorMap, term: () => Scalar, model: LayersModel): NamedTensorMap {
  const { grads } = variableGrads(term, trainableVariables(model));
  const sums = Object.entries(grads).map(([name, gradient]) => [name, name in gradients ? add(gradients[name], gradient) : gradient]);
  return { ...gradients, ...Object.fromEntries(sums) };
}

/** Whether what it holds has its final form. */
export function isSettled({ technique, state, step }: ActiveTechnique): boolean {
  return technique.settled?.(state, step) ?? true;
}

function withRate(optimizer: TrainingSettings['optimizer'], learningRate: number | undefined) {
  const settings = typeof optimizer === 'string' ? { name: optimizer } : optimizer;
  return learningRate === undefined ? settings : { ...settings, learningRate };
}

import { add, type NamedTensorMap, type Scalar, variableGrads } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Callback } from '../callbacks/callback.ts';
import { DlError } from '../core/errors.ts';
import { trainableVariables } from '../layers/stable-weight-names.ts';
import { Trainer } from '../training/trainer.ts';
import type { ActiveTechnique, Technique, TechniqueContext, TrainingSettings } from './technique.ts';

export interface FineTuneOptions {
  /** Passes over the training data. */
  epochs: number;
  /** @default the rate it was trained with: better than a smaller one (Renda, Frankle and Carbin, 2020), and the best epoch is kept */
  learningRate?: number;
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
export function checkTraining(name: string, { epochs, learningRate }: FineTuneOptions, { data, training }: TechniqueContext): void {
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new DlError('config', `${name} epochs is ${epochs}; it must be a whole number, at least 1.`);
  }
  if (learningRate !== undefined && !(Number.isFinite(learningRate) && learningRate > 0)) {
    throw new DlError('config', `${name} learningRate is ${learningRate}; it must be a number above 0.`);
  }
  if (!data) throw new DlError('refused', `${name} needs training data: pass \`data\` to compressModel.`);
  if (!training) throw new DlError('refused', `${name} needs a loss and an optimizer: pass them to compressModel.`);
}

/**
 * Trains the model on while techniques are in force.
 * @param keepsBest whether the best epoch is kept; else the last one
 */
export async function trainOn(
  { model, data, training }: TechniqueContext,
  { epochs, learningRate }: FineTuneOptions,
  active: readonly ActiveTechnique[],
  keepsBest: boolean,
): Promise<void> {
  if (!data || !training) throw new DlError('refused', 'Fine-tuning needs training data, a loss and an optimizer.');
  const trainer = new Trainer(model, {
    ...training,
    epochs,
    optimizer: withRate(training.optimizer, learningRate),
    callbacks: [holdTechniques(active)],
    restoreBestWeights: keepsBest,
  });
  await trainer.fit(data.train, data.validation);
}

/** Keeps the techniques of the steps before in force while a model trains. */
export function holdTechniques(active: readonly ActiveTechnique[]): Callback {
  return {
    name: 'holdTechniques',
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
  };
}

/** With the gradients of another term of the loss: those of a sum are the sum of those. */
function addGradients(gradients: NamedTensorMap, term: () => Scalar, model: LayersModel): NamedTensorMap {
  const { grads } = variableGrads(term, trainableVariables(model));
  const sums = Object.entries(grads).map(([name, gradient]) => [name, name in gradients ? add(gradients[name], gradient) : gradient]);
  return { ...gradients, ...Object.fromEntries(sums) };
}

function isSettled({ technique, state, step }: ActiveTechnique): boolean {
  return technique.settled?.(state, step) ?? true;
}

function withRate(optimizer: TrainingSettings['optimizer'], learningRate: number | undefined) {
  const settings = typeof optimizer === 'string' ? { name: optimizer } : optimizer;
  return learningRate === undefined ? settings : { ...settings, learningRate };
}

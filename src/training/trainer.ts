import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Callback, Logs, TrainedBatch } from '../callbacks/callback.ts';
import { EpochMonitor, resolveMonitored } from '../callbacks/monitor.ts';
import { readSavedTraining } from '../checkpoint/read-saved-training.ts';
import { DlError } from '../core/errors.ts';
import type { Features } from '../data/features.ts';
import { setDropoutStep } from '../layers/dropout.ts';
import { trainableVariables, variableOf } from '../layers/stable-weight-names.ts';
import type { Loss } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { applyConstraints, constrainedWeights } from './apply-constraints.ts';
import { type BatchSource, firstBatches, inParts, limitBatches } from './batch-source.ts';
import { createSteps, type Steps, type TestStep, type TrainStep } from './own-steps.ts';
import { type BorrowedOptimizer, type NamedPart, resolveLoss, resolveMetric, resolveOptimizer } from './resolve-parts.ts';
import { RunningLogs } from './running-logs.ts';
import { TrainingState } from './training-state.ts';

/** How a training goes. `config.training` has the first five; surplus keys are ignored, so that it can be spread. */
export interface TrainerOptions {
  /** Passes over the training data. */
  readonly epochs: number;
  /** What is minimised: a loss, or the name of one. */
  readonly loss: Loss | NamedPart;
  /** What else is measured. @default [] */
  readonly metrics?: readonly (Metric | NamedPart)[];
  /** Its state is kept where an optimizer is given, and freed after `fit` where only a name and a learning rate are. */
  readonly optimizer: Optimizer | NamedPart;
  /** The log key that decides which epoch is best; without validation data its training twin. @default 'val_loss' */
  readonly monitor?: string;
  /** @default 0 */
  readonly seed?: number;
  /** Called in this order. @default [] */
  readonly callbacks?: readonly Callback[];
  /** Puts the weights of the best epoch back at the end. @default true */
  readonly restoreBestWeights?: boolean;
  /** One epoch of one training and one validation batch, to see that everything fits. @default false */
  readonly fastDevRun?: boolean;
  /** Trains and validates on this many training batches, always the same ones: a sound model learns them by heart. 0 is off. @default 0 */
  readonly overfitBatches?: number;
  /** Only the first so many training and validation batches of each epoch; 0 is off. @default 0 */
  readonly limitBatches?: number;
  /** Validates after every so many steps: an epoch then is that many, and the data is passed over in several; 0 is off. @default 0 */
  readonly valCheckInterval?: number;
  /** A checkpoint of `backupAndRestore`: goes on from there, to the bits of a training that was never interrupted. @default begins anew */
  readonly resumeFrom?: string;
  /** What is done with one batch, instead of one step down the gradient of the loss: docs/training.md. */
  readonly trainStep?: TrainStep;
  /** How one batch is judged. @default by the loss; a model whose outputs are not those of the data needs its own */
  readonly testStep?: TestStep;
}

/** Batches, and what the model must know of them: a `DataLoader`. */
export type TrainingData = BatchSource & { readonly features: Features };

/**
 * Trains a model: gradients and steps batch by batch, validation after each epoch, callbacks in between.
 *
 * ```ts
 * const trainer = new Trainer(model, { epochs: 6, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'], optimizer: 'adam' });
 * const logs = await trainer.fit(data.train, data.validation);
 * ```
 */
export class Trainer {
  #model: LayersModel;
  readonly #options: TrainerOptions;
  readonly #loss: Loss;
  readonly #metrics: readonly Metric[];
  readonly #borrowOptimizer: () => BorrowedOptimizer;
  #history: readonly Logs[] = [];

  /** @throws DlError `name` for an unknown loss, metric or optimizer, `config` for epochs or a monitor that cannot be */
  constructor(model: LayersModel, options: TrainerOptions) {
    checkWhole('training.epochs', options.epochs, 1);
    checkWhole('overfit-batches', options.overfitBatches ?? 0, 0);
    checkWhole('limit-batches', options.limitBatches ?? 0, 0);
    checkWhole('val-check-interval', options.valCheckInterval ?? 0, 0);
    this.#model = model;
    this.#options = options;
    this.#loss = resolveLoss(options.loss);
    this.#metrics = (options.metrics ?? []).map(resolveMetric);
    this.#borrowOptimizer = resolveOptimizer(options.optimizer);
    resolveMonitored(options.monitor ?? 'val_loss', this.#metrics, true);
  }

  /** What is trained: the model that was given, or what a callback has put in its place. */
  get model(): LayersModel {
    return this.#model;
  }

  /** The logs of every finished epoch of the last `fit`, first epoch first. */
  get history(): readonly Logs[] {
    return this.#history;
  }

  /**
   * Trains until the epochs are done or a callback stops it; then the best epoch's weights are put back into the model.
   *
   * @returns the logs of the best epoch by the monitor: `{ loss, accuracy, val_loss, val_accuracy }`
   * @throws DlError `shape` where model and data do not fit, `missing`, `file` or `data` where `resumeFrom` cannot be gone on from;
   * and whatever a callback or the data throws
   */
  async fit(train: TrainingData, validation?: TrainingData): Promise<Logs> {
    const { seed = 0, resumeFrom, callbacks: given = [] } = this.#options;
    const restoreBestWeights = [this.#options, ...given].every((one) => one.restoreBestWeights !== false);
    const sources = await this.#sources(train, validation);
    for (const { replaceModel } of given) {
      if (replaceModel) this.#model = await replaceModel(this.#model, { epochs: sources.epochs, train, validation });
    }
    const { model } = this;
    const { source, held } = sources;
    const steps = createSteps(model, train.features, this.#loss, this.#options);
    const { optimizer, release } = this.#borrowOptimizer();
    const state = this.#start(train.features, optimizer, sources);
    const { monitor, history, params, callbacks, running } = state;
    const constrained = constrainedWeights(model);
    const onGradients = (gradients: NamedTensorMap) => callbacks.gradients(gradients);
    if (this.#options.trainStep && callbacks.has('onLoss')) {
      throw new DlError(
        'config',
        'A trainStep of your own decides what is minimised: a callback with onLoss (distillation) does not go with it.',
      );
    }
    const onLoss = callbacks.has('onLoss') ? (batch: TrainedBatch) => callbacks.loss(batch) : undefined;

    try {
      if (resumeFrom) state.restore(await readSavedTraining(resumeFrom), model.weights.map(variableOf));
      else if (held) await this.#checkSanity(steps, held, train.features);
      await callbacks.call('onTrainBegin');
      for (let { epoch } = state; epoch < params.epochs && !state.stopped; epoch++) {
        await callbacks.call('onEpochBegin', epoch);
        const variables = trainableVariables(model); // a callback may have unfrozen layers
        if (state.stepInEpoch === 0) running.reset();
        for await (const batch of source.epoch(epoch, { fromStep: state.stepInEpoch })) {
          state.batch = batch;
          await callbacks.call('onTrainBatchBegin', state.step);
          setDropoutStep(model, seed, state.step);
          const { needsPredictions } = running;
          const result = await steps.train(batch, { variables, optimizer, onLoss, onGradients, needsPredictions });
          applyConstraints(constrained);
          running.update(batch, result);
          state.batchLoss = result.loss;
          state.step++;
          state.stepInEpoch++;
          if (callbacks.has('onTrainBatchEnd')) await callbacks.call('onTrainBatchEnd', state.step - 1, running.result());
          if (state.stopped) break;
          await nextTurn(); // lets Ctrl-C and timers in: the steps themselves never wait
        }
        if (state.stopped) break; // in the middle of an epoch, which is not judged then

        await callbacks.call('onTestBegin');
        const logs = { ...running.result(), ...(held && (await this.#validate(steps, held, state))) };
        history.push(logs);
        if (callbacks.areComparable) monitor.update(epoch, logs[monitor.key]);
        if (monitor.improved && restoreBestWeights) await state.keepBest();
        state.epoch = epoch + 1;
        state.stepInEpoch = 0;
        await callbacks.call('onEpochEnd', epoch, logs);
      }
      if (restoreBestWeights) state.putBestBack();
      const kept = history[monitor.bestEpoch] ?? history.at(-1) ?? running.result();
      await callbacks.call('onTrainEnd', kept);
      return kept;
    } catch (error) {
      await callbacks.exception(error);
      throw error;
    } finally {
      release();
    }
  }

  #start(features: Features, optimizer: Optimizer, { source, held, epochs, totalSteps }: Sources): TrainingState {
    const { monitor = 'val_loss', seed = 0 } = this.#options;
    const state = new TrainingState({
      model: this.model,
      optimizer,
      features,
      params: {
        epochs,
        stepsPerEpoch: source.steps,
        totalSteps,
        batchSize: source.batchSize,
        trainSamples: source.length,
        validationSamples: held?.length ?? 0,
        seed,
      },
      monitor: new EpochMonitor(resolveMonitored(monitor, this.#metrics, held !== undefined)),
      metrics: this.#metrics,
      callbacks: this.#options.callbacks ?? [],
      source,
      held,
    });
    this.#history = state.history;
    return state;
  }

  /** Two batches judged before anything is trained: what fails there must not be found out after the first epoch. */
  async #checkSanity(steps: Steps, held: BatchSource, features: Features): Promise<void> {
    const running = new RunningLogs(this.#metrics, features);
    for await (const batch of limitBatches(held, 2).epoch(0)) running.update(batch, await steps.evaluate(batch));
  }

  async #validate(steps: Steps, held: BatchSource, { running, callbacks }: TrainingState): Promise<Logs> {
    running.reset();
    for await (const batch of held.epoch(0)) {
      const result = await steps.evaluate(batch);
      running.update(batch, result);
      if (result.predictions) await callbacks.call('onTestBatchEnd', batch, result.predictions);
      await nextTurn();
    }
    return running.result('val_');
  }

  /** What is passed over and how often: the loaders, or what the switches leave of them. */
  async #sources(train: TrainingData, validation: TrainingData | undefined): Promise<Sources> {
    const { epochs, fastDevRun = false, overfitBatches = 0, limitBatches: limit = 0, valCheckInterval = 0 } = this.#options;
    if (fastDevRun) {
      return { source: await firstBatches(train, 1), held: validation && (await firstBatches(validation, 1)), epochs: 1, totalSteps: 1 };
    }
    if (overfitBatches > 0) {
      const source = await firstBatches(train, overfitBatches);
      return { source, held: source, epochs, totalSteps: epochs * source.steps };
    }
    const source = limit > 0 ? limitBatches(train, limit) : train;
    const held = limit > 0 && validation ? limitBatches(validation, limit) : validation;
    const totalSteps = epochs * source.steps;
    if (valCheckInterval === 0) return { source, held, epochs, totalSteps };
    if (source.resumesAtEpochsOnly) {
      throw new DlError('config', 'val-check-interval needs data that can be read from anywhere; this is a stream. Leave it out.');
    }
    const cut = inParts(source, valCheckInterval);
    return { source: cut, held, epochs: epochs * cut.parts, totalSteps };
  }
}

interface Sources {
  readonly source: BatchSource;
  readonly held: BatchSource | undefined;
  /** Passes over `source`. */
  readonly epochs: number;
  readonly totalSteps: number;
}

function checkWhole(key: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new DlError('config', `${key} is ${value}; it must be a whole number, at least ${least}.`);
  }
}

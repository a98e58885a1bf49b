import { fill, memory, mul, type NamedTensorMap, scalar, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Callback, TrainingContext } from '../../../src/callbacks/callback.ts';
import { terminateOnNaN } from '../../../src/callbacks/terminate-on-nan.ts';
import { trainTiny } from './training-runs.ts';

beforeAll(useBackend);

/** Spoils the gradients of one step, so that the loss of the next one is NaN. */
function poison(atStep: number): Callback {
  return {
    name: 'poison',
    onGradients(context, gradients): NamedTensorMap {
      if (context.step !== atStep) return gradients;
      return Object.fromEntries(Object.entries(gradients).map(([name, value]) => [name, mul(value, scalar(Number.NaN))]));
    },
  };
}

describe('terminateOnNaN', () => {
  it('ends at the step at which the loss is NaN, and the best epoch before is kept', async () => {
    const contexts: TrainingContext[] = [];
    const look: Callback = { name: 'look', onTrainEnd: (context) => void contexts.push(context) };
    const before = memory().numTensors;
    // Four steps an epoch: step 5 is the second of epoch 2, and the third shows it.
    const { logs, trainer } = await trainTiny([poison(5), terminateOnNaN.create(terminateOnNaN.defaults, undefined), look]);
    expect(memory().numTensors).toBe(before);
    expect(trainer.history).toHaveLength(1);
    expect(logs).toEqual(trainer.history[0]);
    expect(contexts[0].step).toBe(7);
    expect(contexts[0].stopReason).toBe(
      'at step 3 of 4 the loss became NaN; try a smaller learning rate: training.optimizer.learningRate=0.005 (now 0.05)',
    );
  });

  it('fails where no epoch was finished', async () => {
    await expect(trainTiny([poison(0), terminateOnNaN.create(terminateOnNaN.defaults, undefined)])).rejects.toMatchObject({
      code: 'diverged',
      message:
        'Stopped in epoch 1: at step 2 of 4 the loss became NaN. No epoch was finished before: nothing is kept. ' +
        'Next, try a smaller learning rate: training.optimizer.learningRate=0.005 (now 0.05).',
    });
  });

  it('advises by the rate in config.ts, not by what a schedule made of it', async () => {
    const half: Callback = {
      name: 'half',
      onTrainBatchBegin({ optimizer }) {
        optimizer.learningRate = 0.0123456;
      },
    };
    await expect(trainTiny([poison(0), terminateOnNaN.create(terminateOnNaN.defaults, undefined), half])).rejects.toMatchObject({
      message: expect.stringContaining('learningRate=0.005 (now 0.05)'),
    });
  });

  it('names what first was no number, with detectAnomaly', async () => {
    const detect = () => terminateOnNaN.create({ detectAnomaly: true }, undefined);
    const spoil = (change: (context: TrainingContext) => void): Callback => ({
      name: 'spoil',
      onTrainBatchBegin(context, step) {
        if (step === 1) change(context);
      },
    });
    const failing = (change: (context: TrainingContext) => void) =>
      trainTiny([spoil(change), detect()]).then(
        () => 'none',
        (error: Error) => error.message,
      );
    const before = memory().numTensors;
    expect(await failing(({ batch }) => batch?.inputs.fill(Number.NaN, 6, 7))).toContain(
      'Stopped in epoch 1: at step 2 of 4 sample 3 of the batch has inputs that are no numbers.',
    );
    const setWeight = (value: number) => (context: TrainingContext) => {
      const weight = context.model.weights[0];
      tidy(() => {
        weight.write(fill([2, 8], value));
      });
    };
    expect(await failing(setWeight(Number.NaN))).toContain('the weight dense1/kernel is no number any more');
    expect(await failing(setWeight(3e38))).toContain('the outputs of layer dense1 are the first that are no numbers');
    expect(memory().numTensors).toBe(before);
    const { trainer } = await trainTiny([poison(5), detect()]);
    expect(trainer.history).toHaveLength(1);
  });
});

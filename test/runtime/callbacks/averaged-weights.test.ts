import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { Callback, TrainingContext } from '../../../src/callbacks/callback.ts';
import { stochasticWeightAveraging } from '../../../src/callbacks/stochastic-weight-averaging.ts';
import { swapEMAWeights } from '../../../src/callbacks/swap-ema-weights.ts';
import { trainTiny } from './training-runs.ts';

beforeAll(useBackend);

const kernel = ({ model }: TrainingContext) => Array.from(model.weights[0].read().dataSync());

/** The first kernel after every step, and as every epoch is judged. */
function recorder() {
  const steps: number[][] = [];
  const judged: number[][] = [];
  const recorder: Callback = {
    name: 'recorder',
    onTrainBatchEnd: (context) => void steps.push(kernel(context)),
    onEpochEnd: (context) => void judged.push(kernel(context)),
  };
  return { recorder, steps, judged };
}

const closeTo = (expected: readonly number[]) => expected.map((value) => expect.closeTo(value, 5));

describe('swapEMAWeights', () => {
  it('judges every epoch with the moving average, and trains on with the weights themselves', async () => {
    const plain = recorder();
    await trainTiny([plain.recorder], { epochs: 3 });
    const before = memory().numTensors;
    const { recorder: spy, steps, judged } = recorder();
    await trainTiny([swapEMAWeights.create({ emaMomentum: 0.75 }, undefined), spy], { epochs: 3 });
    expect(memory().numTensors).toBe(before);
    expect(steps).toEqual(plain.steps);
    let average = steps[0];
    steps.forEach((weights, i) => {
      if (i > 0) average = average.map((value, w) => 0.75 * value + 0.25 * weights[w]);
      if ((i + 1) % 4 === 0) expect(judged[(i + 1) / 4 - 1]).toEqual(closeTo(average));
    });
  });
});

describe('stochasticWeightAveraging', () => {
  it('judges the last epochs with the mean of what they end with', async () => {
    const before = memory().numTensors;
    const { recorder: spy, steps, judged } = recorder();
    await trainTiny([stochasticWeightAveraging.create({ startShare: 0.5 }, undefined), spy], { epochs: 4 });
    expect(memory().numTensors).toBe(before);
    const ends = [3, 7, 11, 15].map((step) => steps[step]);
    expect(judged[1]).toEqual(ends[1]);
    expect(judged[2]).toEqual(ends[2]);
    expect(judged[3]).toEqual(closeTo(ends[2].map((value, w) => (value + ends[3][w]) / 2)));
  });
});

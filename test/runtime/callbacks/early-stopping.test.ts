import { beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../../../src/backend/index.ts';
import type { TrainingContext } from '../../../src/callbacks/callback.ts';
import { earlyStopping } from '../../../src/callbacks/early-stopping.ts';
import { scriptedLosses, trainTiny } from './training-runs.ts';

beforeAll(useBackend);

async function epochsOf(values: readonly number[], settings: Partial<typeof earlyStopping.defaults>): Promise<number> {
  const { epochs, options } = scriptedLosses(values);
  const callback = earlyStopping.create({ ...earlyStopping.defaults, ...settings }, undefined);
  const { trainer } = await trainTiny([callback], { ...options, epochs });
  return trainer.history.length;
}

const { NaN: nan } = Number;

describe('earlyStopping', () => {
  // How many epochs EarlyStopping(patience) of Keras 3.15.1 trains on these values of val_loss.
  it.each([
    { patienceEpochs: 3, values: [5, 4, 4, 4, 4, 4, 4], epochs: 5 },
    { patienceEpochs: 1, values: [5, 4, 4, 3], epochs: 3 },
    { patienceEpochs: 0, values: [5, 4, 4, 3], epochs: 3 },
    { patienceEpochs: 2, values: [5, 6, 4, 6, 7, 3], epochs: 5 },
    { patienceEpochs: 3, values: [3, 2, 1], epochs: 3 },
  ])('stops as Keras does: patience $patienceEpochs on $values after $epochs', async ({ patienceEpochs, values, epochs }) => {
    expect(await epochsOf(values, { patienceEpochs })).toBe(epochs);
  });

  // Keras takes a first NaN for the best, which nothing is better than: it stops after 3 and 2.
  it.each([
    { patienceEpochs: 2, values: [nan, 5, nan, 4, nan, nan, 3], epochs: 6 },
    { patienceEpochs: 1, values: [nan, 5, 4], epochs: 3 },
  ])('never takes NaN for the best: patience $patienceEpochs on $values after $epochs', async ({ patienceEpochs, values, epochs }) => {
    expect(await epochsOf(values, { patienceEpochs })).toBe(epochs);
  });

  it('does not count changes up to minDelta as improvements', async () => {
    expect(await epochsOf([1, 0.75, 0.5, 0.25], { patienceEpochs: 1, minDelta: 0.25 })).toBe(2);
    expect(await epochsOf([1, 0.75, 0.5, 0.25], { patienceEpochs: 1, minDelta: 0.125 })).toBe(4);
  });

  // As Keras 3's code: better than before but not than the baseline lets patience run on.
  it.each([
    { settings: { patienceEpochs: 2, startFromEpoch: 3 }, values: [1, 2, 3, 4, 5, 6, 7], epochs: 6 },
    { settings: { patienceEpochs: 2, baseline: 0.5 }, values: [4, 3, 2, 2, 1], epochs: 4 },
    { settings: { patienceEpochs: 2, baseline: 3.5 }, values: [4, 3, 4, 4, 1], epochs: 4 },
  ])('waits by $settings on $values for $epochs', async ({ settings, values, epochs }) => {
    expect(await epochsOf(values, settings)).toBe(epochs);
  });

  it('says why', async () => {
    const { epochs, options } = scriptedLosses([1, 1, 1]);
    const reasons: (string | undefined)[] = [];
    await trainTiny(
      [
        earlyStopping.create({ ...earlyStopping.defaults, patienceEpochs: 1 }, undefined),
        { name: 'look', onTrainEnd: (context) => void reasons.push(context.stopReason) },
      ],
      { ...options, epochs },
    );
    expect(reasons).toEqual(['val_scripted has not improved for 1 epoch']);
  });

  it.each([
    { restoreBestWeights: true, kept: 1 },
    { restoreBestWeights: false, kept: 3 },
  ])('leaves the weights of epoch $kept with restoreBestWeights $restoreBestWeights', async ({ restoreBestWeights, kept }) => {
    const { epochs, options } = scriptedLosses([3, 1, 2, 4]);
    const seen: number[] = [];
    const weightsOf = ({ model }: TrainingContext) =>
      model.weights.flatMap((weight) => [...weight.read().dataSync()]).reduce((a, b) => a + b);
    const look = { name: 'look', onEpochEnd: (context: TrainingContext) => void seen.push(weightsOf(context)) };
    const end = { name: 'end', onTrainEnd: (context: TrainingContext) => expect(weightsOf(context)).toBe(seen[kept]) };
    await trainTiny([earlyStopping.create({ ...earlyStopping.defaults, restoreBestWeights }, undefined), look, end], {
      ...options,
      epochs,
    });
    expect(new Set(seen).size).toBe(4);
  });
});

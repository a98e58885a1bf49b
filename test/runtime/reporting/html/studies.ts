import type { Choice, Distribution } from '../../../../src/tuning/distribution.ts';
import { createStudy, memoryJournal, randomSampler, type Trial, TrialPruned } from '../../../../src/tuning/index.ts';
import { journalStorage } from '../../../../src/tuning/storage/journal-storage.ts';
import type { Direction, FrozenStudy, FrozenTrial } from '../../../../src/tuning/storage/study-storage.ts';
import { frozenTrial } from '../../tuning/frozen-trial.ts';
import { frozenStudy } from '../../tuning/samplers/frozen-study.ts';

/** A study that was really run, in memory. */
export async function ranStudy(
  objective: (trial: Trial) => number | number[],
  { trials = 40, directions = ['maximize'], name = 'rate' }: { trials?: number; directions?: Direction[]; name?: string } = {},
): Promise<FrozenStudy> {
  const storage = journalStorage(memoryJournal());
  const study = await createStudy({ name, storage, directions, sampler: randomSampler({ seed: 3 }), retries: 0 });
  await study.optimize(objective, { trials });
  return (await storage.studies())[0];
}

/** With ranges, choices, a condition, reports, trials that end early, and some that fail. */
export const mixedObjective = (trial: Trial): number => {
  const optimizer = trial.suggestCategorical('training.optimizer.name', ['adam', 'sgd']);
  const rate = trial.suggestFloat('training.optimizer.learningRate', 1e-4, 1e-1, { log: true });
  if (optimizer === 'sgd') trial.suggestFloat('training.optimizer.momentum', 0, 0.9);
  const units = trial.suggestInt('model.units', 8, 256, { log: true });
  const value = 0.9 - Math.abs(Math.log10(rate) + 2) / 10 - Math.abs(Math.log2(units) - 5) / 20;
  for (let epoch = 0; epoch < 4; epoch++) {
    trial.report(epoch === 1 ? Number.NaN : (value * (epoch + 1)) / 4, epoch);
    if (epoch === 2 && trial.number % 5 === 1) throw new TrialPruned();
  }
  if (trial.number % 10 === 3) throw new Error('no memory: <b>"all"</b>');
  return value;
};

/** As many complete trials as one likes, without running any. */
export function manyTrials(count: number): FrozenStudy {
  const distributions: Record<string, Distribution> = {
    rate: { kind: 'float', low: 1e-5, high: 0.1, log: true, step: null },
    units: { kind: 'int', low: 1, high: 512, log: false, step: 1 },
    dropout: { kind: 'float', low: 0, high: 0.5, log: false, step: null },
    optimizer: { kind: 'categorical', choices: ['adam', 'sgd', 'rmsprop'] },
    hidden: { kind: 'categorical', choices: ['[128]', '[128,64]', '[64,64,64]', '[256,128,64,32]'] },
  };
  const share = (i: number, step: number) => (i * step) % 1;
  const trials = Array.from({ length: count }, (_, i): FrozenTrial => {
    const params: Record<string, Choice> = {
      rate: 10 ** (-5 + 4 * share(i, 0.618)),
      units: 1 + Math.floor(512 * share(i, 0.414)),
      dropout: share(i, 0.732) / 2,
      optimizer: ['adam', 'sgd', 'rmsprop'][i % 3],
      hidden: ['[128]', '[128,64]', '[64,64,64]', '[256,128,64,32]'][i % 4],
    };
    const start = new Date(Date.UTC(2026, 0, 1) + i * 10_000);
    return frozenTrial({
      number: i,
      value: share(i, 0.618) + share(i, 0.732),
      params,
      distributions,
      intermediateValues: Object.fromEntries(Array.from({ length: 20 }, (_, epoch) => [epoch, (share(i, 0.618) * epoch) / 20])),
      start,
      complete: new Date(start.getTime() + 9_000),
      workerId: `worker-${i % 4}`,
    });
  });
  return frozenStudy(trials, ['maximize']);
}

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createStudy, journalStorage, memoryJournal, randomSampler, type Trial, tpeSampler } from '../../src/tuning/index.ts';
import { optunaPython } from './optuna-environment.ts';
import { quantile } from './statistics.ts';

/** Milliseconds that TPE takes for the ten parameters of a trial, in a study of so many in memory: median of 30. */
export async function suggestTime(trials: number): Promise<{ ours: number; optuna: number }> {
  const script = fileURLToPath(new URL('optuna_suggest_time.py', import.meta.url));
  const optuna = Number(execFileSync(optunaPython(), ['-W', 'ignore', script, String(trials)], { encoding: 'utf8' }));
  const storage = journalStorage(memoryJournal());
  await (await createStudy({ name: 'time', storage, sampler: randomSampler() })).optimize(suggest, { trials });
  const study = await createStudy({ name: 'time', storage, sampler: tpeSampler(), loadIfExists: true });
  const times: number[] = [];
  for (let i = 0; i < 30; i++) {
    const begin = performance.now();
    const trial = (await study.ask())!;
    const value = suggest(trial);
    times.push(performance.now() - begin);
    await study.tell(trial, value);
  }
  return { ours: quantile(times, 0.5), optuna };
}

/** As in optuna_suggest_time.py. */
function suggest(trial: Trial): number {
  const names = (kind: string, count: number) => Array.from({ length: count }, (_, i) => `${kind}${i}`);
  const values = [
    ...names('float', 4).map((name) => trial.suggestFloat(name, 0, 1)),
    ...names('log', 2).map((name) => trial.suggestFloat(name, 1e-5, 1, { log: true })),
    ...names('int', 2).map((name) => trial.suggestInt(name, 1, 64)),
    trial.suggestFloat('stepped', 0, 0.5, { step: 0.1 }),
    Number(trial.suggestCategorical('choice', ['1', '2', '3'])),
  ];
  return values.reduce((sum, value) => sum + value, 0);
}

// A study whose trials have processes of their own; `isolated-trials.test.ts` starts it. Its argument is the journal.
import { createStudy, journalFile, journalStorage, TrialPruned } from '../../../src/tuning/index.ts';

const study = await createStudy({ name: 'isolated', storage: journalStorage(journalFile(process.argv[2])), maxTrials: 4 });
for (const x of [4, -1, -2, -3]) await study.enqueue({ x });
await study.optimize(
  async (trial) => {
    const x = trial.suggestFloat('x', -10, 10);
    trial.setUserAttribute('process', process.pid);
    trial.report(x, 0);
    await trial.flush();
    if (x === -1) process.kill(process.pid, 'SIGKILL');
    if (x === -2) throw new TrialPruned();
    if (x === -3) process.exit(3);
    return x ** 2;
  },
  { workers: 2, isolation: 'process', retries: 1 },
);
console.log(JSON.stringify({ process: process.pid, trials: await study.trials() }));

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTinyProject, outcome } from '../../test/support/tiny-project.ts';
import { quantile } from './statistics.ts';

/** As the table prints it: number, settings, score, seconds. */
const endedTrial = /^ +\d+ +\d+ +[\d.]+ %/m;

/** Trials per minute of `npm run tune` with one training at a time and with two, each computing on one thread; interleaved, median of three. */
export async function workerSpeed(trials: number): Promise<{ one: number; two: number }> {
  const rates: Record<1 | 2, number[]> = { 1: [], 2: [] };
  for (let round = 0; round < 3; round++) {
    for (const workers of [1, 2] as const) {
      const { seconds } = await tune({ trials, workers, epochs: 150 });
      rates[workers].push((60 * trials) / seconds);
    }
  }
  return { one: quantile(rates[1], 0.5), two: quantile(rates[2], 0.5) };
}

/** By how many percent the process that leads a study grows: its resident memory around the last trial, beside that around the twentieth. */
export async function memoryGrowth(trials: number): Promise<number> {
  const { residentBytes } = await tune({ trials, workers: 2, epochs: 1 });
  const middle = (from: number, to: number) => quantile(residentBytes.slice(from, to), 0.5);
  return 100 * (middle(trials - 10, trials) / middle(10, 20) - 1);
}

/** @returns the leading process's memory as each trial ended (Linux), and how long all took */
async function tune({ trials, workers, epochs }: { trials: number; workers: number; epochs: number }) {
  const project = makeTinyProject();
  try {
    mkdirSync(join(project.root, 'tuning'));
    writeFileSync(
      join(project.root, 'tuning/seeds.ts'),
      `import { defineStudy, int, space } from 'dl-project/tuning';
import type { Config } from '../src/project.ts';

export default defineStudy<Config>({
  space: space<Config>({ seed: int(1, 1_000_000) }),
  scoring: 'val_accuracy',
  sampler: 'random',
  pruner: 'none',
  maxTrials: ${trials},
  workers: ${workers},
});
`,
    );
    const begin = performance.now();
    const study = project.start('tune', ['study=seeds', `training.epochs=${epochs}`], { DL_THREADS: '1' });
    const residentBytes: number[] = [];
    study.stdout?.on('data', (text: Buffer) => {
      if (endedTrial.test(text.toString())) residentBytes.push(residentOf(study.pid as number));
    });
    const { code, stderr, stdout } = await outcome(study);
    if (code !== 0) throw new Error(`tune ended with ${code}: ${stderr}${stdout}`);
    return { seconds: (performance.now() - begin) / 1000, residentBytes };
  } finally {
    project.remove();
  }
}

function residentOf(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

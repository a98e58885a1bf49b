import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mnistFolder } from '../../test/support/requirements.ts';
import { Workplace } from '../../test/support/sample-project.ts';
import { seedsStudy } from './seeds-study.ts';

/** What a project learns here with its default model, `lenet5`: half of the epochs that it begins with, about a minute of training on one core. */
const learned = mnistFolder
  ? { flags: ['--data', 'idx'], words: ['training.epochs=3'], title: 'three epochs of MNIST' }
  : { flags: [], words: ['training.epochs=12'], title: 'twelve epochs of drawn digits' };

export interface WorkerSpeed {
  /** Trials per minute, one at a time. */
  readonly one: number;
  /** Trials per minute, two at a time. */
  readonly two: number;
  /** What a trial is. */
  readonly title: string;
}

/**
 * How many trials a minute `npm run tune` does with one training at a time and with two, each computing on one thread, in a project as `npm create` makes it;
 * the same trials in both, one after the other; of three rounds the one whose ratio is the middle one.
 */
export function workerSpeed(trials: number): WorkerSpeed {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: 'inherit' });
  const place = new Workplace();
  try {
    const { project } = place.create('worker-speed', learned.flags);
    if (mnistFolder) {
      rmSync(join(project, 'dataset'), { recursive: true, force: true });
      symlinkSync(mnistFolder, join(project, 'dataset'));
    }
    const rounds: Record<1 | 2, number>[] = [];
    for (let round = 0; round < 3; round++) {
      const rates = { 1: 0, 2: 0 };
      for (const workers of [1, 2] as const) {
        rmSync(join(project, 'runs/tuning'), { recursive: true, force: true });
        writeFileSync(join(project, 'tuning/seeds.ts'), seedsStudy({ trials, workers }));
        const begin = performance.now();
        place.must('npm', ['run', '--silent', 'tune', 'study=seeds', ...learned.words], {
          cwd: project,
          env: { DL_BACKEND: 'wasm', DL_THREADS: '1' },
        });
        const seconds = (performance.now() - begin) / 1000;
        console.log(`  ${trials} trials, ${workers} at a time: ${seconds.toFixed(1)} s`);
        rates[workers] = (60 * trials) / seconds;
      }
      rounds.push(rates);
    }
    const [, { 1: one, 2: two }] = rounds.sort((a, b) => a[2] / a[1] - b[2] / b[1]);
    return { one, two, title: `lenet5, ${learned.title}` };
  } finally {
    place.remove();
  }
}

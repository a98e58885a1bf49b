import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTinyProject, outcome } from '../../test/support/tiny-project.ts';
import { seedsStudy } from './seeds-study.ts';
import { quantile } from './statistics.ts';

/** As the table prints it: number, settings, score, seconds. */
const endedTrial = /^ +\d+ +\d+ +[\d.]+ %/m;

/** By how many percent the process that leads a study grows: its resident memory around the last trial, beside that around the twentieth (Linux). */
export async function memoryGrowth(trials: number): Promise<number> {
  const project = makeTinyProject();
  try {
    mkdirSync(join(project.root, 'tuning'));
    writeFileSync(join(project.root, 'tuning/seeds.ts'), seedsStudy({ trials, workers: 2 }));
    const study = project.start('tune', ['study=seeds', 'training.epochs=1'], { DL_THREADS: '1' });
    const residentBytes: number[] = [];
    study.stdout?.on('data', (text: Buffer) => {
      if (endedTrial.test(text.toString())) residentBytes.push(residentOf(study.pid as number));
    });
    const { code, stderr, stdout } = await outcome(study);
    if (code !== 0) throw new Error(`tune ended with ${code}: ${stderr}${stdout}`);
    const middle = (sizes: readonly number[]) => quantile(sizes, 0.5);
    return 100 * (middle(residentBytes.slice(-10)) / middle(residentBytes.slice(10, 20)) - 1); // several trials may be printed at once
  } finally {
    project.remove();
  }
}

function residentOf(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

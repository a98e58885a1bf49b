import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FrozenTrial, journalFile, journalStorage } from '../../../src/tuning/index.ts';
import { childOf } from '../../support/child-of.ts';
import { makeTinyProject, outcome, type TinyProject } from '../../support/tiny-project.ts';

/** Trains as the template does, but for some seeds, which do what trainings should not. */
const wild = `import { runScript, type Run } from 'dl-project/runs';
import { train as trainWell } from './train-well.ts';
import { type Config, project } from './project.ts';

export async function train(config: Config, run: Run<Config>) {
  if (config.seed === 1) process.exit(3);
  if (config.seed === 2) for (;;);
  if (config.seed === 3) throw new Error('no such file');
  if (config.seed === 4) process.kill(process.pid, 'SIGKILL');
  if (config.seed === 5) return { val_accuracy: Number.NaN };
  if (config.seed === 6) for (const list: unknown[] = []; ; ) list.push(new Array(1e6).fill(list.length));
  return trainWell(config, run);
}

await runScript(import.meta.url, project, train);
`;

describe.skipIf(process.platform !== 'linux')('npm run tune [needs Linux: its list of processes]', () => {
  let project: TinyProject;
  beforeAll(() => {
    project = makeTinyProject();
    mkdirSync(join(project.root, 'tuning'));
    writeFileSync(join(project.root, 'src/train-well.ts'), readFileSync(join(project.root, 'src/train.ts')));
    writeFileSync(join(project.root, 'src/train.ts'), wild);
  });
  afterAll(() => project.remove());

  const define = (name: string, call: string, options: string) =>
    writeFileSync(
      join(project.root, `tuning/${name}.ts`),
      `import * as tuning from 'dl-project/tuning';
import type { Config } from '../src/project.ts';

export default tuning.${call}<Config>({ scoring: 'val_accuracy', ${options} });
`,
    );
  const journalOf = (name: string) => join(project.root, `runs/tuning/${name}/journal.log`);
  const trialsOf = async (name: string): Promise<readonly FrozenTrial[]> =>
    existsSync(journalOf(name)) ? ((await journalStorage(journalFile(journalOf(name))).studies())[0]?.trials ?? []) : [];

  test('keeps every way in which a training can end, and goes on', async () => {
    define('wild', 'gridSearch', "space: { seed: [1, 2, 3, 4, 5, 6, 7] }, workers: 2, retries: 0, timeout: '25s'");
    const { code, stdout, stderr } = await project.run('tune', ['study=wild', 'training.epochs=1'], {
      NODE_OPTIONS: '--max-old-space-size=300',
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const trials = await trialsOf('wild');
    const causes = trials.map(({ params, state, userAttributes }) => [params.seed, state, userAttributes.cause] as const);
    expect(causes.sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      [1, 'fail', 'its process ended with exit code 3'],
      [2, 'fail', 'took longer than 25 s'],
      [3, 'fail', 'no such file'],
      [4, 'fail', 'its process was killed, by somebody or for memory'],
      [5, 'fail', 'the value is NaN'],
      [6, 'fail', 'its process ran out of memory'],
      [7, 'complete', undefined],
    ]);
    expect(stdout).toContain('grid, 7 trials, 2 at a time, judged by val_accuracy');
    expect(stdout).toContain('1 of 7 done.   the others are tried again by the same command');
  }, 120_000);

  test('goes on from the checkpoint of a training whose process was killed, and of one whose study was', async () => {
    define('long', 'gridSearch', "space: { 'training.optimizer.learningRate': [0.01] }, workers: 1");
    const words = ['study=long', 'training.epochs=400'];
    const epochs = async (trial: number) => Object.keys((await trialsOf('long'))[trial]?.intermediateValues ?? {}).length;
    const until = async (isSo: () => Promise<boolean>) => {
      while (!(await isSo())) await sleep(20);
    };
    const study = project.start('tune', words);
    const ended = outcome(study);
    await until(async () => (await epochs(0)) > 30);
    process.kill(childOf(study.pid!)!, 'SIGKILL');
    await until(async () => (await epochs(1)) > 60);
    study.kill('SIGKILL');
    await ended;
    const { stdout, stderr } = await project.run('tune', words);
    // Two tries of which one was the study's own: the third is the grid's.
    expect(stderr).toBe('');
    expect(stdout).toContain('1 of 1 done.');
    const trials = await trialsOf('long');
    expect(trials.map(({ state }) => state)).toEqual(['fail', 'fail', 'complete']);
    expect(Object.keys(trials[2].intermediateValues)).toHaveLength(400);
    const runs = readdirSync(join(project.root, 'runs/tuning/long')).filter(
      (name) => !name.startsWith('journal') && name !== 'report.html',
    );
    const records = runs.map((name) => JSON.parse(readFileSync(join(project.root, 'runs/tuning/long', name, 'run.json'), 'utf8')));
    expect(records.map(({ status, resumes = [] }) => [status, resumes.length])).toContainEqual([
      expect.stringMatching(/killed|finished|running/),
      1,
    ]);
  }, 120_000);

  test('several processes at one study share its trials out', async () => {
    define(
      'crowd',
      'defineStudy',
      "space: { 'training.optimizer.learningRate': tuning.logFloat(1e-4, 1e-1) }, sampler: 'random', pruner: 'none', maxTrials: 12",
    );
    const words = ['study=crowd', 'training.epochs=1', 'workers=2'];
    const outcomes = await Promise.all([project.run('tune', words), project.run('tune', words)]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    const trials = await trialsOf('crowd');
    expect(trials.map(({ state }) => state)).toEqual(Array.from({ length: 12 }, () => 'complete'));
    expect(new Set(trials.map(({ workerId }) => workerId)).size).toBe(2);
    expect(readdirSync(`${journalOf('crowd')}.leases`)).toEqual([]);
  }, 120_000);

  test('a worker joins with the settings that the study was begun with', async () => {
    define('joined', 'defineStudy', "space: { seed: tuning.int(10, 99) }, sampler: 'random', pruner: 'none', maxTrials: 8");
    const first = outcome(project.start('tune', ['study=joined', 'training.epochs=2', 'workers=1']));
    while ((await trialsOf('joined')).length === 0) await sleep(20);
    const loader = fileURLToPath(new URL('../../../node_modules/tsx/dist/loader.mjs', import.meta.url));
    const worker = spawn(
      process.execPath,
      [
        '--import',
        pathToFileURL(loader).href,
        fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url)),
        'study',
        'worker',
        'joined',
      ],
      { cwd: project.root, env: { ...process.env, TSX_TSCONFIG_PATH: join(project.root, 'tsconfig.json') } },
    );
    const [one, other] = await Promise.all([first, outcome(worker)]);
    expect([one.code, other.code, other.stderr]).toEqual([0, 0, '']);
    const trials = await trialsOf('joined');
    expect(trials.map(({ state }) => state)).toEqual(Array.from({ length: 8 }, () => 'complete'));
    expect(new Set(trials.map(({ workerId }) => workerId)).size).toBe(2);
  }, 120_000);

  test('cross-validates, and trains the best settings once more', async () => {
    define(
      'folds',
      'gridSearchCV',
      "space: { 'training.optimizer.learningRate': [0.0001, 0.05] }, cv: tuning.kFold(3, { stratified: true, seed: 1 }), nJobs: 2",
    );
    const { stdout, stderr } = await project.run('tune', ['study=folds', 'training.epochs=8']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/the best settings, trained once more: runs\/tiny\/[\w-]+ {3}judge it: npm run evaluate/);
    const [, , best] = readFileSync(join(project.root, 'tuning/folds.csv'), 'utf8').split('\n');
    expect(best).toMatch(/,1$/);
    expect((await project.run('evaluate')).stdout).toMatch(/accuracy/);
  }, 120_000);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import { createStudy, journalFile, journalStorage, type Study } from '../../../src/tuning/index.ts';
import { describeWith, optunaVersions, python } from '../../support/requirements.ts';
import { runOptuna } from './run-optuna.ts';

const folder = mkdtempSync(join(tmpdir(), 'crowd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const writer = join(folder, 'writer.mjs');

/** A process of ours that tries at a study; one file, so that it starts at once. */
beforeAll(() =>
  build({
    stdin: {
      contents: `
import { createStudy } from './create-study.ts';
import { journalFile } from './storage/journal-file.ts';
import { journalStorage } from './storage/journal-storage.ts';
const [path, options] = process.argv.slice(2);
const storage = journalStorage(journalFile(path));
const study = await createStudy({ name: 'crowd', storage, loadIfExists: true, ...JSON.parse(options) });
await study.optimize(async (trial) => {
  const x = trial.suggestFloat('x', 0, 1);
  trial.report(x, 0);
  await new Promise((done) => setTimeout(done, 1));
  return x;
});`,
      resolveDir: fileURLToPath(new URL('../../../src/tuning', import.meta.url)),
      loader: 'ts',
    },
    outfile: writer,
    bundle: true,
    format: 'esm',
    platform: 'node',
  }),
);

function startNode(path: string, options: object): ChildProcess {
  return spawn(process.execPath, [writer, path, JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit'] });
}

const open = (path: string): Promise<Study> =>
  createStudy({ name: 'crowd', storage: journalStorage(journalFile(path)), loadIfExists: true });
const ended = (child: ChildProcess) => new Promise<number | null>((done) => child.on('close', done));

/** What a Python with Optuna reads of the journal: per trial number, state and value. */
const readAll = `
study = optuna.load_study(study_name='crowd', storage=storage)
print(json.dumps([[t.number, t.state.name, t.value] for t in study.trials]))
`;

describeWith(python('optuna'), 'a journal', () => {
  test('that four of our processes and two of Optuna write at once has every trial of theirs, once', async () => {
    const path = join(folder, 'many.log');
    await open(path);
    const total = 2000;
    const pythons = [1, 2].map(() =>
      runOptuna(
        path,
        `
study = optuna.load_study(study_name='crowd', storage=storage, sampler=optuna.samplers.RandomSampler())
def objective(t):
    x = t.suggest_float('x', 0, 1)
    t.report(x, 0)
    return x
study.optimize(objective, n_trials=200)
print(json.dumps(len(study.trials)))
`,
      ),
    );
    const nodes = [1, 2, 3, 4].map(() => startNode(path, { maxTrials: total }));
    expect(await Promise.all(nodes.map(ended))).toEqual([0, 0, 0, 0]);
    await Promise.all(pythons);
    const study = await open(path);
    const trials = await study.trials();
    // Optuna's processes know nothing of our total: what they begin after it is reached is theirs.
    const ours = trials.filter(({ workerId }) => workerId.includes('@'));
    expect(trials.length - ours.length).toBe(400);
    expect(trials.length).toBeGreaterThanOrEqual(total);
    expect(ours.every(({ number }) => number < total)).toBe(true);
    expect(trials.map(({ number, state }) => `${number} ${state}`)).toEqual(trials.map((_, i) => `${i} complete`));
    expect(trials.every(({ params, value, intermediateValues }) => value === params.x && intermediateValues[0] === value)).toBe(true);
    const read = trials.map(({ number, value }) => [number, 'COMPLETE', value]);
    for (const version of optunaVersions) expect(await runOptuna(path, readAll, version)).toEqual(read);
  }, 1_200_000);

  test('whose writers are killed a hundred times loses no trial that had ended, and loads in both languages', async () => {
    const path = join(folder, 'kills.log');
    const random = new RandomStream(Number(process.env.DL_KILL_SEED ?? 0), 'kills');
    await open(path);
    const finished = new Map<number, number>();
    const note = async () => {
      for (const { number, state, value } of await (await open(path)).trials()) if (state === 'complete') finished.set(number, value!);
    };
    let workers = [1, 2, 3].map(() => startNode(path, { retries: 1 }));
    for (let kill = 0; kill < 100; kill++) {
      await sleep(random.integer(400));
      const victim = random.integer(workers.length);
      const { size } = finished;
      if (workers[victim].exitCode !== null) throw new Error('A worker ended by itself.');
      workers[victim].kill('SIGKILL');
      await ended(workers[victim]);
      await note();
      expect(finished.size).toBeGreaterThanOrEqual(size);
      workers = workers.with(victim, startNode(path, { retries: 1 }));
    }
    for (const worker of workers) worker.kill('SIGKILL');
    await Promise.all(workers.map(ended));
    const trials = await (await open(path)).trials();
    expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i));
    for (const [number, value] of finished) expect(trials[number]).toMatchObject({ state: 'complete', value });
    expect(trials.filter(({ state }) => state === 'running')).toEqual([]);
    for (const version of optunaVersions) {
      const read = (await runOptuna(path, readAll, version)) as [number, string, number | null][];
      expect(read).toEqual(trials.map(({ number, state, value }) => [number, state.toUpperCase(), value]));
    }
    expect(finished.size).toBeGreaterThan(0);
  }, 1_200_000);
});

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import { createStudy, journalFile, journalStorage } from '../../../src/tuning/index.ts';
import { childOf } from '../../support/child-of.ts';
import { python } from '../../support/requirements.ts';
import { makeTinyProject, outcome, type TinyProject } from '../../support/tiny-project.ts';
import { runOptuna } from './run-optuna.ts';

describe('npm run tune', () => {
  let project: TinyProject;
  beforeAll(() => {
    project = makeTinyProject();
    mkdirSync(join(project.root, 'tuning'));
    writeFileSync(
      join(project.root, 'tuning/rate.ts'),
      `import { gridSearch } from 'dl-project/tuning';
import type { Config } from '../src/project.ts';

export default gridSearch<Config>({
  space: { 'training.optimizer.learningRate': [0.0001, 0.05], 'data.batchSize': [8, 16] },
  scoring: 'val_accuracy',
});
`,
    );
  });
  afterAll(() => project.remove());

  const finished = () => {
    const journal = join(project.root, 'runs/tuning/rate/journal.log');
    return existsSync(journal)
      ? readFileSync(journal, 'utf8')
          .split('\n')
          .filter((line) => line.startsWith('{"op_code":6')).length
      : 0;
  };

  test('goes on after a kill, trains each combination once, and train takes the best', async () => {
    const killed = project.start('tune', ['study=rate', 'training.epochs=12']);
    const ended = outcome(killed);
    while (finished() < 1) await sleep(20);
    killed.kill('SIGKILL');
    await ended;
    const before = finished();

    const resumed = await project.run('tune', ['study=rate', 'training.epochs=12']);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    expect(resumed.stdout).toMatch(/study rate: grid 2 x 2 = 4 trials, \d left, \d at a time, judged by val_accuracy/);
    expect(resumed.stdout).toMatch(/4 of 4 done\. {3}use it: npm run train from-study=rate {5}table: tuning\/rate\.csv/);
    const csv = readFileSync(join(project.root, 'tuning/rate.csv'), 'utf8').trim().split('\n').slice(1);
    expect(csv.filter((line) => line.includes(',complete,'))).toHaveLength(4);
    expect(csv.length).toBeLessThanOrEqual(6); // and those that ran when it was killed, two at a time
    expect(before).toBeLessThan(4);

    const trained = await project.run('train', ['from-study=rate', 'print-config']);
    const { training, data } = JSON.parse(trained.stdout);
    const [, , rate, batchSize] = csv[0].split(',');
    expect([training.optimizer.learningRate, data.batchSize]).toEqual([Number(rate), Number(batchSize)]);
    expect(readdirSync(join(project.root, 'runs'))).toEqual(['tuning']);
  }, 120_000);
});

/** How many times the study's process is killed, and about as often one of its trainings; a hundred: `DL_KILLS=100 npx vitest run --project slow kills -t random`. */
const kills = Number(process.env.DL_KILLS ?? 10);

describe.skipIf(process.platform !== 'linux')('npm run tune, killed at random [needs Linux: its list of processes]', () => {
  const project = makeTinyProject();
  afterAll(() => project.remove());

  test(
    'comes to its end all the same, and what was finished stays so',
    async () => {
      const seeds = Array.from({ length: kills }, (_, i) => i + 1);
      mkdirSync(join(project.root, 'tuning'));
      writeFileSync(
        join(project.root, 'tuning/seeds.ts'),
        `import { gridSearch } from 'dl-project/tuning';
import type { Config } from '../src/project.ts';

export default gridSearch<Config>({ space: { seed: [${seeds}] }, scoring: 'val_accuracy', workers: 2, retries: 999 });
`,
      );
      const random = new RandomStream(Number(process.env.DL_KILL_SEED ?? 0), 'kills');
      const words = ['study=seeds', 'training.epochs=60'];
      const path = join(project.root, 'runs/tuning/seeds/journal.log');
      const trials = async () => (existsSync(path) ? ((await journalStorage(journalFile(path)).studies())[0]?.trials ?? []) : []);
      const finished = new Map<number, number>();
      let study = project.start('tune', words);
      let [killed, killedTrainings] = [0, 0];
      while (killed < kills && study.exitCode === null) {
        // Three of four while something is trained, the others whenever it is.
        if (random.integer(4) > 0) while (study.exitCode === null && childOf(study.pid!) === undefined) await sleep(20);
        await sleep(random.integer(4000));
        if (study.exitCode !== null) break;
        const child = random.integer(2) === 0 ? childOf(study.pid!) : undefined;
        if (child === undefined) {
          study.kill('SIGKILL');
          await outcome(study);
          study = project.start('tune', words);
          killed++;
        } else {
          process.kill(child, 'SIGKILL');
          killedTrainings++;
        }
        for (const { number, state, value } of await trials()) if (state === 'complete') finished.set(number, value!);
      }
      study.kill('SIGKILL');
      const { stdout, stderr } = await project.run('tune', words);
      expect(stderr).toBe('');
      console.log(`killed the study ${killed} times and ${killedTrainings} trainings; ${finished.size} of ${kills} had ended until then`);
      expect(killed).toBe(kills);
      expect(stdout).toContain(`${kills} of ${kills} done.`);
      const all = await trials();
      expect(all.filter(({ state }) => state === 'complete').map(({ params }) => Number(params.seed)).sort((a, b) => a - b)).toEqual(seeds); // biome-ignore format: one line
      expect(all.every(({ state }) => state === 'complete' || state === 'fail')).toBe(true);
      for (const [number, value] of finished) expect(all[number].value).toBe(value);
      const causes = new Set(all.filter(({ state }) => state === 'fail').map(({ userAttributes }) => userAttributes.cause));
      for (const cause of causes) expect(['killed', 'its process was killed, by somebody or for memory']).toContain(cause);
      if (!python('optuna').present) return;
      const read = `print(json.dumps([[t.state.name, t.value] for t in optuna.load_study(study_name='seeds', storage=storage).trials]))`;
      expect(await runOptuna(path, read)).toEqual(all.map(({ state, value }) => [state.toUpperCase(), value]));
    },
    60_000 + kills * 30_000,
  );
});

describe('a journal that four processes write at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'journal-'));
  const path = join(folder, 'journal.log');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('loses nothing, and its trials have one count', async () => {
    const source = pathToFileURL(fileURLToPath(new URL('../../../src/tuning/index.ts', import.meta.url))).href;
    const program = `
    const { createStudy, journalFile, journalStorage } = await import(${JSON.stringify(source)});
    const study = await createStudy({ name: 'crowd', storage: journalStorage(journalFile(${JSON.stringify(path)})), loadIfExists: true });
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 10 });`;
    const loader = pathToFileURL(fileURLToPath(new URL('../../../node_modules/tsx/dist/loader.mjs', import.meta.url))).href;
    const codes = await Promise.all(
      [1, 2, 3, 4].map(
        () =>
          new Promise((done) => {
            const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', program], { stdio: 'inherit' });
            child.on('close', done);
          }),
      ),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    const trials = await (await createStudy({ name: 'crowd', storage: journalStorage(journalFile(path)), loadIfExists: true })).trials();
    expect(trials.map(({ number, state }) => `${number} ${state}`)).toEqual(Array.from({ length: 40 }, (_, i) => `${i} complete`));
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStudy, type FrozenTrial, postgresStorage } from '../../../src/tuning/index.ts';
import { type PostgresServer, postgres, startPostgres } from '../../support/postgres.ts';
import { describeWith, python } from '../../support/requirements.ts';
import { makeTinyProject, type Outcome, outcome, type TinyProject } from '../../support/tiny-project.ts';
import { runOptuna } from './run-optuna.ts';

describeWith(postgres, 'a study of a project in Postgres', () => {
  let server: PostgresServer;
  let project: TinyProject;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
    url = await server.database();
    project = makeTinyProject();
    mkdirSync(join(project.root, 'tuning'));
  }, 60_000);
  afterAll(async () => {
    project?.remove();
    await server?.remove();
  }, 60_000);

  const define = (name: string, text: string) =>
    writeFileSync(
      join(project.root, `tuning/${name}.ts`),
      `import { defineStudy, int, logFloat } from 'dl-project/tuning';
import type { Config } from '../src/project.ts';

export default defineStudy<Config>({ scoring: 'val_accuracy', sampler: 'random', pruner: 'none', ${text} });
`,
    );
  const storage = () => ({ DL_STUDY_STORAGE: url });
  const trialsOf = async (name: string): Promise<readonly FrozenTrial[]> => {
    const reader = postgresStorage(url);
    const study = await reader.study(name);
    await reader.close();
    return study?.trials ?? [];
  };

  function startCommand(words: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
    const path = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));
    const loader = pathToFileURL(path('node_modules/tsx/dist/loader.mjs')).href;
    const env = { ...process.env, DL_BACKEND: 'wasm', TSX_TSCONFIG_PATH: join(project.root, 'tsconfig.json'), ...environment };
    return spawn(process.execPath, ['--import', loader, path('src/cli/main.ts'), 'study', ...words], { cwd: project.root, env });
  }
  const command = (words: readonly string[], environment?: NodeJS.ProcessEnv) => outcome(startCommand(words, environment));
  const worker = (...words: string[]) => startCommand(['worker', ...words], storage());
  const runOf = (trial: FrozenTrial) =>
    JSON.parse(readFileSync(join(project.root, trial.userAttributes.run as string, 'run.json'), 'utf8'));
  const epochsOf = async (name: string, trial = 0) => Object.keys((await trialsOf(name))[trial]?.intermediateValues ?? {}).length;
  async function until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) await sleep(50);
  }

  test('has its importances, report and tables written by the commands, with the columns of Optuna', async () => {
    const writer = postgresStorage(url);
    const wide = await createStudy({ name: 'wide', storage: writer, direction: 'maximize' });
    await wide.setMetricNames(['val_accuracy']);
    await wide.optimize(
      (trial) => {
        trial.setUserAttribute('run', `runs/${trial.number}`);
        if (trial.number === 3) throw new Error('no memory');
        return trial.suggestFloat('matters', 0, 1) + 0 * trial.suggestInt('idle', 1, 9);
      },
      { trials: 30 },
    );
    await writer.close();
    const words = ['wide', `storage=${url}`];
    const said = async (...more: string[]) => {
      const { code, stderr, stdout } = await command([...more.slice(0, 1), ...words, ...more.slice(1)]);
      expect([code, stderr]).toEqual([0, '']);
      return stdout;
    };
    const inProject = (file: string) => readFileSync(join(project.root, file), 'utf8');

    expect(await said('importance')).toMatch(/matters +[5-9]\d\.\d %\n +idle +[\d.]+ %\n$/);
    expect(Object.keys(JSON.parse(await said('importance', 'json')))).toEqual(['matters', 'idle']);
    expect(await said('report')).toBe('  report: runs/tuning/wide/report.html\n');
    expect(inProject('runs/tuning/wide/report.html')).toMatch(/<title>Study wide<\/title>[\s\S]*val_accuracy/);
    await said('report', 'format=csv');
    expect(inProject('runs/tuning/wide/report.csv').trim().split('\n')).toHaveLength(31);
    await said('report', 'format=json');
    expect(JSON.parse(inProject('runs/tuning/wide/report.json'))).toMatchObject({ name: 'wide', metricNames: ['val_accuracy'] });
    const table = await said('export');
    expect(await said('export', 'out=wide.csv')).toBe('  wide.csv, 30 trials\n');
    expect(inProject('wide.csv')).toBe(table);
    await command(['import', 'wide.csv', 'again', `storage=${url}`]).then(({ code }) => expect(code).toBe(1));
    await said('export', 'out=wide.json');
    expect(await command(['import', 'wide.json', 'again', `storage=${url}`])).toMatchObject({ code: 0, stderr: '' });
    expect((await trialsOf('again')).map(({ values, params }) => [values, params])).toEqual(
      (await trialsOf('wide')).map(({ values, params }) => [values, params]),
    );

    if (!python('pandas').present) return;
    const frame = `print(json.dumps(list(optuna.load_study(study_name='wide', storage=storage).trials_dataframe().columns)))`; // and what studies keep for themselves
    const columns = ((await runOptuna(url, frame)) as string[]).filter((name) => !name.startsWith('system_attrs_'));
    expect(table.split('\n')[0].split(',')).toEqual(columns);
  });

  test('is begun by whichever worker is first, shared out, and read by every command', async () => {
    define('rates', "space: { 'training.optimizer.learningRate': logFloat(1e-4, 1e-1) }, maxTrials: 6");
    const outcomes = await Promise.all([outcome(worker('rates')), outcome(worker('rates', 'trials=1'))]);
    expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    const trials = await trialsOf('rates');
    expect(trials.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'complete'));
    const workers = [...new Set(trials.map(({ workerId }) => workerId))];
    expect(workers.map((worker) => trials.filter(({ workerId }) => workerId === worker).length).sort()).toEqual([1, 5]);
    // The one that stayed shows the other's trial too.
    expect(outcomes[0].stdout).toContain('6 of 6 done.');
    expect(existsSync(join(project.root, 'runs/tuning/rates/journal.log'))).toBe(false);
    expect(readFileSync(join(project.root, 'tuning/rates.csv'), 'utf8').trim().split('\n')).toHaveLength(7);

    const status = await command(['status', 'rates', `storage=${url}`]);
    expect(status).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^ {2}rates {3}6 complete {3}best: /) });
    expect((await command(['list'], storage())).stdout).toMatch(/rates +6 complete +maximize/);
    expect((await command(['best', 'rates'], storage())).stdout).toMatch(/learningRate=/);
    expect((await command(['export', 'rates'], storage())).stdout.trim().split('\n')).toHaveLength(7);
    expect((await command(['export', 'rates', 'out=rates.json'], storage())).code).toBe(0);
    expect((await command(['import', 'rates.json', 'copy'], storage())).stdout).toContain('6 trials put into the study copy');
    expect(await trialsOf('copy')).toHaveLength(6);
    expect((await command(['compact', 'rates'], storage())).stderr).toContain('only journals do');
    expect((await command(['status', 'nothing'], storage())).stderr).toContain(
      'There is no study nothing in that database, nor in runs/tuning/',
    );
    const train = await project.run('train', ['from-study=rates', 'print-config'], storage());
    const best = trials.toSorted((a, b) => b.value! - a.value!)[0].params['training.optimizer.learningRate'];
    expect(JSON.parse(train.stdout).training.optimizer.learningRate).toBe(best);
  }, 300_000);

  test('goes on elsewhere, from the checkpoint, where a worker is asked to leave', async () => {
    define('long', 'space: { seed: int(7, 7) }, maxTrials: 1');
    const outcomes: Outcome[] = [];
    const signals: NodeJS.Signals[] = ['SIGTERM', 'SIGUSR1'];
    const tune = project.start('tune', ['study=long', 'training.epochs=400', `storage=${url}`]);
    let ended = outcome(tune);
    let process: ChildProcess = tune;
    for (const [i, signal] of signals.entries()) {
      await until(async () => (await epochsOf('long')) > 40 * (i + 1));
      process.kill(signal);
      outcomes.push(await ended);
      const [trial] = await trialsOf('long');
      expect(trial).toMatchObject({ number: 0, state: 'waiting', workerId: '' });
      expect(runOf(trial).status).toBe('stopped');
      expect(await epochsOf('long')).toBeLessThan(400);
      process = worker('long');
      ended = outcome(process);
    }
    outcomes.push(await ended);
    for (const { code, stderr } of outcomes) expect([code, stderr]).toEqual([0, expect.not.stringMatching(/./)]);
    expect(outcomes[0].stdout).toContain('Asked to leave: 1 trial waits for another process.');
    expect(outcomes[2].stdout).toContain('1 of 1 done.');
    const trials = await trialsOf('long');
    expect(trials.map(({ state }) => state)).toEqual(['complete']);
    expect(await epochsOf('long')).toBe(400);
    expect(runOf(trials[0])).toMatchObject({ status: 'finished', resumes: [{}, {}] });
    expect(readdirSync(join(project.root, 'runs/tuning/long')).filter((name) => name !== 'report.html')).toHaveLength(1);
  }, 300_000);

  test('may be named by the file of the study', async () => {
    define('filed', `space: { seed: int(3, 4) }, maxTrials: 1, storage: '${url}'`);
    expect(await project.run('tune', ['study=filed', 'training.epochs=1'])).toMatchObject({ code: 0, stderr: '' });
    const [trial] = await trialsOf('filed');
    const train = await project.run('train', ['from-study=filed', 'print-config']);
    expect(JSON.parse(train.stdout).seed).toBe(trial.params.seed);
    expect(existsSync(join(project.root, 'runs/tuning/filed/journal.log'))).toBe(false);
  }, 120_000);

  test('never shows or keeps its password', async () => {
    rmSync(join(project.root, 'tuning/filed.ts'), { force: true });
    define('secret', 'space: { seed: int(1, 9) }, maxTrials: 2');
    const secrets = [server.password, encodeURIComponent(server.password)];
    const tune = project.start('tune', ['study=secret', 'training.epochs=100', `--storage`, url]);
    const ended = outcome(tune);
    await until(async () => (await epochsOf('secret')) > 0);
    const joined = outcome(startCommand(['worker', 'secret', 'trials=1'], storage()));
    const { stdout: words } = await outcome(spawn('ps', ['-eo', 'args']));
    const shown = words.split('\n').filter((line) => line.includes('study=secret'));
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.filter((line) => secrets.some((secret) => line.includes(secret)))).toHaveLength(1); // as it was typed
    const printed = [await ended, await joined].map(({ stdout, stderr }) => stdout + stderr).join('');
    const reader = postgresStorage(url);
    const study = await reader.study('secret');
    await reader.close();
    const kept = readdirSync(project.root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    for (const text of [printed, JSON.stringify(study), ...kept]) for (const secret of secrets) expect(text).not.toContain(secret);
    expect(study?.userAttributes['dl-project:words']).toEqual(['study=secret', 'training.epochs=100']);
  }, 300_000);
});

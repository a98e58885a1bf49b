import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FrozenStudy, postgresStorage } from '../../src/tuning/index.ts';
import { type PostgresServer, postgres, startPostgres } from '../support/postgres.ts';
import { type RayCluster, ray, startRay } from '../support/ray.ts';
import { describeWith, python, pythonCommand } from '../support/requirements.ts';
import { Workplace } from '../support/sample-project.ts';
import { type SlurmCluster, slurm, startSlurm } from '../support/slurm.ts';

// What a user does to run a study on a cluster: add deploy, npm install, and the script that it says; with the packed packages.
describeWith(postgres, 'workers of a study of a generated project', () => {
  const place = new Workplace();
  const { project } = place.create('digits', ['--model', 'lenet5-classic', '--skip-git']);
  const npm = (words: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    place.must('npm', ['run', '--silent', ...words], { cwd: project, env });
  let server: PostgresServer;
  let url: string;

  beforeAll(async () => {
    server = await startPostgres();
    url = await server.database();
    for (const kind of ['slurm', 'kubernetes', 'ray']) npm(['add', 'deploy', `on-${kind}`, '--', '--kind', kind]);
    const { status, output } = place.run('npm', ['run', '--silent', 'tune', `storage=${url}`], { cwd: project });
    expect(status).toBe(1);
    expect(output).toContain('A study in Postgres needs the package pg, which is not installed. Type: npm install pg');
    place.must('npm', ['install', '--no-audit', '--no-fund'], { cwd: project });
    writeFileSync(join(project, '.env'), `DL_STUDY_STORAGE=${url}\nDL_BACKEND=wasm\n`);
    writeFileSync(join(project, 'tuning/arrays.ts'), study(24, 3)); // Slurm looks every 30 seconds whether a time is over
    writeFileSync(join(project, 'tuning/jobs.ts'), study(10, 1));
  }, 600_000);
  afterAll(async () => {
    await server?.remove();
    place.remove();
  }, 60_000);

  const study = (trials: number, epochs: number) => `import { defineStudy, int, logFloat } from 'dl-project/tuning';
import type { Config } from '../src/project.ts';

export default defineStudy<Config>({
  space: { 'training.optimizer.learningRate': logFloat(1e-4, 1e-1), 'training.epochs': int(${epochs}, ${epochs}) },
  scoring: 'val_accuracy',
  sampler: 'random',
  pruner: 'none',
  maxTrials: ${trials},
});
`;

  async function read(name: string): Promise<FrozenStudy | undefined> {
    const storage = postgresStorage(url);
    const found = await storage.study(name);
    await storage.close();
    return found;
  }
  const trialsOf = async (name: string) => (await read(name))?.trials ?? [];
  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) await sleep(200);
  }
  const workersOf = async (name: string) => new Set((await trialsOf(name)).map(({ workerId }) => workerId));
  const complete = async (name: string) => (await trialsOf(name)).filter(({ state }) => state === 'complete').length;

  describeWith(slurm, 'as a job array of Slurm', () => {
    let cluster: SlurmCluster;
    beforeAll(async () => {
      cluster = await startSlurm();
    }, 120_000);
    afterAll(() => cluster?.remove(), 60_000);

    test('see the study to its end though one is killed and one is asked to leave', async () => {
      const [, id] = /Submitted batch job (\d+)/.exec(npm(['workers:on-slurm', 'arrays'], cluster.environment))!;
      const tasks = () => cluster.run('squeue', '--noheader', '--states=R', '--format=%i').trim().split('\n');
      await until(async () => (await workersOf('arrays')).size >= 2 && (await complete('arrays')) >= 1);
      const [first, second] = tasks();
      // The whole of a task at once, as if it had used too much memory; Slurm gives it no further try.
      cluster.run('scancel', '--signal=KILL', '--full', first);
      await until(async () => (await complete('arrays')) >= 3);
      // Its time is over in two minutes: Slurm tells the script, and the task queues again.
      cluster.run('scontrol', 'update', `JobId=${second}`, 'TimeLimit=2');
      const log = join(project, `deploy/on-slurm/${second}.log`);
      await until(() => readFileSync(log, 'utf8').includes('Asked to leave: 1 trial waits for another process.'));
      await until(() => /\bRestarts=1\b/.test(cluster.run('scontrol', 'show', 'job', second)));
      await until(async () => (await complete('arrays')) === 24);
      cluster.run('scancel', id);
      const trials = await trialsOf('arrays');
      expect(trials.map(({ number }) => number)).toEqual(trials.map((_, number) => number));
      const over = trials.filter(({ state }) => state === 'complete');
      const rates = over.map(({ params }) => params['training.optimizer.learningRate']);
      expect(new Set(rates).size).toBe(24);
      for (const { state, userAttributes } of trials) if (state === 'fail') expect(userAttributes.cause).toBe('killed');
      expect(trials.filter(({ state }) => state === 'running' || state === 'waiting')).toEqual([]);
    }, 600_000);
  });

  describeWith(ray, 'as jobs of Ray', () => {
    let cluster: RayCluster;
    beforeAll(async () => {
      cluster = await startRay();
    }, 240_000);
    afterAll(() => cluster?.remove(), 60_000);

    test('see the study to its end, and Ray shows no password', async () => {
      const said = npm(['workers:on-ray', 'jobs', '2'], { RAY_ADDRESS: cluster.address });
      expect(said.trim().split('\n')).toHaveLength(2);
      const jobs = async () => (await (await fetch(`${cluster.address}/api/jobs/`)).json()) as { status: string; submission_id: string }[];
      await until(async () => (await jobs()).every(({ status }) => status === 'SUCCEEDED' || status === 'FAILED'));
      const ended = await jobs();
      const logs = await Promise.all(
        ended.map(async ({ submission_id: id }) => (await fetch(`${cluster.address}/api/jobs/${id}/logs`)).text()),
      );
      expect(
        ended.map(({ status }) => status),
        logs.join('\n'),
      ).toEqual(['SUCCEEDED', 'SUCCEEDED']);
      expect(logs.join('')).toContain('10 of 10 done.');
      expect((await trialsOf('jobs')).map(({ state }) => state)).toEqual(Array.from({ length: 10 }, () => 'complete'));
      expect((await workersOf('jobs')).size).toBe(2);
      expect(JSON.stringify(ended) + logs.join('')).not.toContain(encodeURIComponent(server.password));
    }, 600_000);
  });

  describeWith(python('kubernetes_validate', 'kubernetes-validate'), 'as a job of Kubernetes', () => {
    test('is one that its schema takes', () => {
      const file = join(project, 'deploy/on-kubernetes/workers.yaml');
      const validate = ['-m', 'kubernetes_validate', '--strict', '-k', '1.33.0', file];
      const { status, stdout, stderr } = spawnSync(pythonCommand, validate, { encoding: 'utf8' });
      expect(status, stdout + stderr).toBe(0);
      writeFileSync(file, readFileSync(file, 'utf8').replace('backoffLimitPerIndex', 'backoffLimitPerindex'));
      expect(spawnSync(pythonCommand, validate).status).not.toBe(0);
    });
  });
});

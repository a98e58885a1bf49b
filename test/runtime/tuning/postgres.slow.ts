import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import { createStudy, postgresStorage, randomSampler, type Study } from '../../../src/tuning/index.ts';
import { cuttingProxy } from '../../support/cutting-proxy.ts';
import { type PostgresServer, postgres, startPostgres } from '../../support/postgres.ts';
import { describeWith, optunaVersions, python } from '../../support/requirements.ts';
import { runOptuna } from './run-optuna.ts';

let server: PostgresServer;
const folder = mkdtempSync(join(tmpdir(), 'postgres-studies-'));
afterAll(async () => {
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000); // a database has hundreds of files

const open = (url: string, options = {}): Promise<Study> =>
  createStudy({ name: 'a', storage: postgresStorage(url), sampler: randomSampler(), loadIfExists: true, ...options });

async function sql(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describeWith(postgres, 'a study in Postgres', () => {
  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);

  describeWith(python('optuna'), 'that Optuna works on too', () => {
    test.each(optunaVersions)('has its parameters, values, states, reports and attributes read by it: %#', async (version) => {
      const url = await server.database();
      const study = await open(url, { direction: 'maximize', retries: 1 });
      await study.setUserAttribute('note', { of: ['ours', 1.5] });
      await study.setMetricNames(['val_accuracy']);
      await study.enqueue({ n: 3 });
      await study.optimize(
        (trial) => {
          const n = trial.suggestInt('n', 1, 9, { step: 2 });
          const kind = trial.suggestCategorical('kind', ['a', null, 2, true]);
          const rate = trial.suggestFloat('rate', 1e-5, 0.1, { log: true });
          trial.report(Number.NaN, 0);
          trial.report(rate, 1);
          trial.setConstraint('size', trial.number - 3);
          if (trial.number === 1) throw new Error('no "memory"');
          return trial.number === 2 ? Number.POSITIVE_INFINITY : n + (kind === null ? 0 : rate);
        },
        { trials: 8 },
      );
      await study.enqueue({ n: 5 });
      const read = await runOptuna(
        url,
        `
study = optuna.load_study(study_name='a', storage=storage)
print(json.dumps({
  'direction': study.direction.name, 'note': study.user_attrs['note'], 'names': study.metric_names,
  'trials': [[t.number, t.state.name, str(t.value), t.params, t.user_attrs.get('cause'), t.system_attrs.get('constraints'),
              t.system_attrs.get('retry_history'), math.isnan(t.intermediate_values.get(0, 0)), t.intermediate_values.get(1)] for t in study.trials]}))
`,
        version,
      );
      const pythonText = (value: number | null) =>
        value === null ? 'None' : value === Number.POSITIVE_INFINITY ? 'inf' : expect.any(String);
      const trials = (await study.trials()).map((trial) => [
        trial.number,
        trial.state.toUpperCase(),
        pythonText(trial.value),
        trial.params,
        trial.userAttributes.cause ?? null,
        trial.systemAttributes.constraints ?? null,
        trial.systemAttributes.retry_history ?? null,
        Number.isNaN(trial.intermediateValues[0]),
        trial.intermediateValues[1] ?? null,
      ]);
      expect(read).toEqual({ direction: 'MAXIMIZE', note: { of: ['ours', 1.5] }, names: ['val_accuracy'], trials });
      expect(trials.map((trial) => trial[1])).toEqual([
        ...['COMPLETE', 'FAIL', 'COMPLETE', 'COMPLETE', 'COMPLETE', 'COMPLETE', 'COMPLETE', 'COMPLETE', 'WAITING'],
      ]);
      expect(
        await runOptuna(
          url,
          `
study = optuna.load_study(study_name='a', storage=storage)
def objective(t):
    return t.suggest_int('n', 1, 9, step=2) + t.suggest_float('rate', 1e-5, 0.1, log=True)
study.optimize(objective, n_trials=3)
print(json.dumps([len(study.trials), study.trials[8].params['n'], study.trials[8].state.name]))
`,
          version,
        ),
      ).toEqual([11, 5, 'COMPLETE']);
    });

    test('may have been begun by it, is gone on with here, and has the same tables', async () => {
      const url = await server.database();
      const made = await runOptuna(
        url,
        `
study = optuna.create_study(study_name='a', storage=storage, directions=['minimize', 'maximize'])
study.set_metric_names(['loss', 'accuracy'])
def objective(t):
    x = t.suggest_float('x', -1, 1, step=0.25)
    kind = t.suggest_categorical('kind', ['a', None, 2])
    if t.number == 1: raise ValueError()
    t.set_user_attr('of', {'nan': float('nan')})
    return x ** 2, float('inf') if t.number == 2 else t.suggest_int('n', 1, 64, log=True)
study.optimize(objective, n_trials=5, catch=ValueError)
study.enqueue_trial({'x': 0.5})
print(json.dumps([[t.state.name, [str(v) for v in t.values or []], t.params] for t in study.trials]))
`,
      );
      const study = await open(url, { directions: ['minimize', 'maximize'] });
      expect(await study.metricNames()).toEqual(['loss', 'accuracy']);
      const seen = (await study.trials()).map(({ state, values, params }) => [
        state.toUpperCase(),
        (values ?? []).map(() => expect.any(String)),
        params,
      ]);
      expect(made).toEqual(seen);
      const [, , third] = await study.trials();
      expect([third.values?.[1], third.userAttributes.of]).toEqual([Number.POSITIVE_INFINITY, { nan: Number.NaN }]);
      await study.optimize((trial) => [trial.suggestFloat('x', -1, 1, { step: 0.25 }), 1], { trials: 2 });
      const states = (await study.trials()).map(({ state, params }) => [state, params.x]);
      expect(states.slice(5)).toEqual([
        ['complete', 0.5],
        ['complete', expect.any(Number)],
      ]);
      const own = await server.database();
      await open(own);
      expect(columns(await sql(own, columnsQuery))).toEqual(columns(await sql(url, columnsQuery)));
      expect(await sql(own, 'SELECT * FROM alembic_version')).toEqual(await sql(url, 'SELECT * FROM alembic_version'));
    });

    test('is written by four of our processes and two of its, some killed, the server stopped twice, and no trial is lost or doubled', async () => {
      const url = await server.database();
      const total = 500;
      await open(url);
      const writer = await buildWriter();
      const told = join(folder, 'told');
      const startOne = () => spawn(process.execPath, [writer, url, String(total), told], { stdio: ['ignore', 'inherit', 'inherit'] });
      const random = new RandomStream(Number(process.env.DL_KILL_SEED ?? 0), 'kills');
      const nodes = [1, 2, 3, 4].map(startOne);
      const optunas = Promise.all(
        [1, 2].map(() =>
          runOptuna(
            url,
            `
study = optuna.load_study(study_name='a', storage=storage, sampler=optuna.samplers.RandomSampler())
study.optimize(lambda t: t.suggest_float('x', 0, 1), n_trials=60)
print(json.dumps(len(study.trials)))
`,
          ),
        ),
      );
      let isOptunaDone = false;
      optunas.then(
        () => {
          isOptunaDone = true;
        },
        () => {},
      );
      const killOne = async () => {
        const victim = random.integer(nodes.length);
        if (nodes[victim].exitCode !== null) return;
        nodes[victim].kill('SIGKILL');
        await ended(nodes[victim]);
        nodes[victim] = startOne();
      };
      for (let kill = 0; kill < 6 && !isOptunaDone; kill++) {
        await sleep(random.integer(1000));
        await killOne();
      }
      await optunas;
      await server.stop('fast'); // its clients are told; Optuna's would end
      await sleep(2000);
      await server.start();
      await sleep(1000);
      await killOne();
      await server.stop('immediate'); // and are not
      await server.start();
      expect(await Promise.all(nodes.map(ended))).toEqual([0, 0, 0, 0]);

      const trials = await (await open(url)).trials();
      expect(trials.map(({ number }) => number)).toEqual(trials.map((_, number) => number));
      expect(trials.filter(({ state }) => state === 'running' || state === 'waiting')).toEqual([]);
      const complete = trials.filter(({ state }) => state === 'complete');
      const killed = trials.filter(({ state }) => state === 'fail');
      expect(complete.length).toBeGreaterThanOrEqual(total);
      expect(complete.every(({ value, params }) => value === params.x)).toBe(true);
      expect(killed.every(({ userAttributes }) => userAttributes.cause === 'killed')).toBe(true);
      expect(complete.filter(({ workerId }) => workerId === '')).toHaveLength(120);
      // What a worker was told to be stored is stored, once.
      const lines = readFileSync(told, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as [number, number]); // biome-ignore format: one line
      expect(new Set(lines.map(([number]) => number)).size).toBe(lines.length);
      for (const [number, value] of lines) expect(trials[number]).toMatchObject({ state: 'complete', value });
      const read = complete.map(({ number, value }) => [number, value]);
      const all = `print(json.dumps([[t.number, t.value] for t in optuna.load_study(study_name='a', storage=storage).trials if t.state.name == 'COMPLETE']))`;
      for (const version of optunaVersions) expect(await runOptuna(url, all, version)).toEqual(read);
    }, 600_000);
  });

  test('has each trial once though the connection is cut while it is committed', async () => {
    const url = await server.database();
    await open(url);
    const proxy = await cuttingProxy(server.port);
    try {
      const study = await open(url.replace(`:${server.port}/`, `:${proxy.port}/`), { maxTrials: 10 });
      proxy.cutAfter('COMMIT', 12);
      await study.enqueue({ x: 0.5 });
      await study.optimize((trial) => trial.suggestFloat('x', 0, 1));
      const trials = await (await open(url)).trials();
      expect(trials.map(({ number, state }) => [number, state])).toEqual(Array.from({ length: 10 }, (_, i) => [i, 'complete']));
      expect(trials[0].params).toEqual({ x: 0.5 });
      expect(proxy.cuts).toBe(12);
    } finally {
      proxy.close();
    }
  });

  test('is begun once by processes that find no tables at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const url = await server.database();
      const storages = Array.from({ length: 6 }, () => postgresStorage(url));
      expect(await Promise.all(storages.map((storage) => storage.studies()))).toEqual(storages.map(() => []));
      const ids = await Promise.all(storages.map((storage) => storage.createStudy('a', ['minimize'])));
      expect(ids).toEqual(storages.map(() => 1));
      await Promise.all(storages.map((storage) => storage.close()));
    }
  });

  describe('that cannot be', () => {
    const refusal = async (url: string) => {
      const error: Error = await open(url).then(
        () => new Error('It was opened.'),
        (refused) => refused,
      );
      expect(error.name).toBe('DlError');
      for (const secret of [server.password, encodeURIComponent(server.password), 'guess']) expect(error.message).not.toContain(secret);
      return error.message;
    };

    test('is refused with the reason, and never with a password', async () => {
      const url = await server.database();
      const { port } = server;
      const wrong = url.replace(/:[^:@/]*@/, ':guess@');
      expect(await refusal(wrong)).toMatch(
        /^postgres:\/\/ada@localhost:\d+\/studies\d+ does not let ada in: the password is wrong or missing/,
      );
      expect(await refusal(url.replace(/:[^:@/]*@/, '@'))).toContain('does not let ada in: the password is wrong or missing');
      expect(await refusal(url.replace(/\w+$/, 'nowhere'))).toContain('There is no database nowhere at postgres://ada@localhost:');
      expect(await refusal(url.replace(`:${port}/`, ':1/'))).toContain('cannot be reached (ECONNREFUSED). Is the server running');
      expect(() => postgresStorage(`postgres://ada:${server.password}#@localhost/a`)).toThrow('That is no address of a Postgres database');
      expect(() => postgresStorage('mysql://ada:guess@localhost/a')).toThrow('Write postgres://user@host:5432/database');
    });

    test('is one in tables of another version, or of somebody else', async () => {
      const url = await server.database();
      await open(url);
      await sql(url, "UPDATE alembic_version SET version_num = 'v2.4.0.a'");
      expect(await refusal(url)).toMatch(/has tables of version v2\.4\.0\.a, which are not Optuna's v3\.2\.0\.a .*optuna storage upgrade/);
      const others = await server.database();
      await sql(others, 'CREATE TABLE studies (title text)');
      expect(await refusal(others)).toContain('has a table studies, which');
    });

    test('is one in a database where its user may not make tables', async () => {
      const url = await server.database();
      await sql(url, "CREATE ROLE eve LOGIN PASSWORD 'guess'");
      expect(await refusal(url.replace(/ada:[^@]*@/, 'eve:guess@'))).toContain(
        'permission denied for schema public. Its owner may: GRANT CREATE',
      );
      expect(await postgresStorage(url).studies()).toEqual([]);
      expect(await sql(url, "SELECT to_regclass('studies') AS found")).toEqual([{ found: null }]);
    });
  });

  test('takes a trial from a process that has not been heard of for 90 seconds, unless the server was away', async () => {
    const url = await server.database();
    const study = await open(url, { retries: 1 });
    await sql(
      url,
      `INSERT INTO trials (number, study_id, state, datetime_start) VALUES (0, 1, 'RUNNING', localtimestamp);
      INSERT INTO trial_system_attributes (trial_id, key, value_json) VALUES (1, 'dl-project:worker', '"elsewhere-1@other"');
      INSERT INTO trial_heartbeats (trial_id, heartbeat) VALUES (1, localtimestamp - interval '100 seconds')`,
    );
    await server.stop();
    await server.start();
    const states = async () => (await (await open(url, { retries: 1 })).trials()).map(({ state }) => state);
    expect(await states()).toEqual(['running']);
    const upFor = async () =>
      Number((await sql(url, 'SELECT extract(epoch FROM now() - pg_postmaster_start_time()) AS seconds'))[0].seconds);
    while ((await upFor()) < 91) await sleep(1000);
    expect(await states()).toEqual(['fail', 'waiting']);
    expect((await study.trials())[0]).toMatchObject({ userAttributes: { cause: 'killed' } });
  }, 200_000);
});

const ended = (child: ChildProcess) => new Promise<number | null>((done) => (child.exitCode === null && child.signalCode === null ? child.on('close', done) : done(child.exitCode))); // biome-ignore format: one line

const columnsQuery = `SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default, character_maximum_length
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT tablename, indexname, indexdef, '', '', '', 0 FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', '', 0 FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT typname, enumlabel, enumsortorder::text, '', '', '', 0 FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid`;
const columns = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();

/** A process of ours that tries at a study until it has `total` trials, and writes down what was stored; one file, so that it starts at once. */
async function buildWriter(): Promise<string> {
  const outfile = join(folder, 'writer.cjs');
  if (existsSync(outfile)) return outfile;
  await build({
    stdin: {
      contents: `
import { appendFileSync } from 'node:fs';
import { createStudy } from './create-study.ts';
import { postgresStorage } from './storage/postgres/postgres-storage.ts';
const [url, total, told] = process.argv.slice(2);
async function main() {
  const study = await createStudy({ name: 'a', storage: postgresStorage(url), loadIfExists: true, maxTrials: Number(total), retries: 9 });
  await study.optimize(
    async (trial) => {
      const x = trial.suggestFloat('x', 0, 1);
      trial.report(x, 0);
      await new Promise((done) => setTimeout(done, 20));
      return x;
    },
    { onTrialEnd: ({ number, value }) => appendFileSync(told, JSON.stringify([number, value]) + '\\n') },
  );
}
main();`,
      resolveDir: fileURLToPath(new URL('../../../src/tuning', import.meta.url)),
      loader: 'ts',
    },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    external: ['pg-native'],
    logLevel: 'error',
  });
  return outfile;
}

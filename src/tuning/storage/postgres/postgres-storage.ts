import { setTimeout as sleep } from 'node:timers/promises';
import { distributionToJson } from '../../distribution.ts';
import { writePythonJson } from '../python-json.ts';
import type { FrozenStudy, NextTrial, StudyStorage } from '../study-storage.ts';
import { isGone, workerId } from '../worker-id.ts';
import { channel, PostgresConnection, type Query } from './postgres-connection.ts';
import { readPostgresUrl } from './postgres-url.ts';
import { createTables, hasTables } from './schema.ts';
import { toStored } from './stored-number.ts';
import { StudyCache } from './study-cache.ts';
import { insertTrial, utcNow, workerKey } from './trial-rows.ts';

const heartbeatMilliseconds = 30_000;
/** Processes of Optuna do not say when they change something: then it is looked for so often. */
const longestWaitMilliseconds = 5000;

/** Whatever comes for a trial that is over does not count. */
const ifUnfinished = "FROM trials WHERE trial_id = $1 AND state IN ('RUNNING', 'WAITING')";
const notify = (statement: string) =>
  `WITH written AS (${statement}) SELECT pg_notify('${channel}', study_id::text) FROM trials WHERE trial_id = $1`;

const setParameter = `INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
SELECT trial_id, $2, $3, $4 ${ifUnfinished}
ON CONFLICT (trial_id, param_name) DO UPDATE SET param_value = excluded.param_value, distribution_json = excluded.distribution_json`;
const setReport = notify(`INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)
SELECT trial_id, $2, $3, $4::trialintermediatevaluetype ${ifUnfinished}
ON CONFLICT (trial_id, step) DO UPDATE SET intermediate_value = excluded.intermediate_value, intermediate_value_type = excluded.intermediate_value_type`);
const setAttribute = (kind: 'user' | 'system') => `INSERT INTO trial_${kind}_attributes (trial_id, key, value_json)
SELECT trial_id, $2, $3 ${ifUnfinished} ON CONFLICT (trial_id, key) DO UPDATE SET value_json = excluded.value_json`;
const setStudyAttribute = (kind: 'user' | 'system') => `INSERT INTO study_${kind}_attributes (study_id, key, value_json) VALUES ($1, $2, $3)
ON CONFLICT (study_id, key) DO UPDATE SET value_json = excluded.value_json`;
const setHeartbeat = `INSERT INTO trial_heartbeats (trial_id, heartbeat) SELECT unnest($1::int[]), localtimestamp
ON CONFLICT (trial_id) DO UPDATE SET heartbeat = excluded.heartbeat`;
const claim = `WITH free AS (SELECT trial_id FROM trials WHERE trial_id = $1 AND state = 'WAITING' FOR UPDATE SKIP LOCKED)
UPDATE trials SET state = 'RUNNING', datetime_start = ${utcNow} FROM free WHERE trials.trial_id = free.trial_id RETURNING trials.trial_id`;
const end = `UPDATE trials SET state = $2::trialstate, datetime_complete = ${utcNow}
WHERE trial_id = $1 AND state IN ('RUNNING', 'WAITING') RETURNING study_id`;
const putBack = notify(`UPDATE trials SET state = 'WAITING' WHERE trial_id = $1 AND state = 'RUNNING'`);

/**
 * Studies in a Postgres database, for workers on many machines. The tables are those of Optuna's RDBStorage: Optuna and optuna-dashboard open, continue and
 * plot them, and what Optuna has begun can be gone on with. Needs the package `pg`.
 * A lost connection is waited for; a process that has not been heard of for 90 seconds is gone.
 *
 * @param url `postgres://user@host:5432/database`; the password also from PGPASSWORD or ~/.pgpass
 * @throws DlError `usage` for another text. What the server refuses is thrown by whatever asks it first: `missing` without server or database,
 * `refused` for a wrong password or tables of another version
 */
export function postgresStorage(url: string): StudyStorage & { close(): Promise<void> } {
  const address = readPostgresUrl(url);
  const cache = new StudyCache();
  /** Studies that have changed since they were read. */
  const changed = new Set<number>();
  const waiting = new Map<AbortController, number>();
  const connection = new PostgresConnection(address, {
    onChange(studyId) {
      if (studyId !== undefined) changed.add(studyId);
      for (const [woken, its] of waiting) if (studyId === undefined || studyId === its) woken.abort();
    },
  });
  const query: Query = (text, values) => connection.query(text, values);
  /** The trials that this process runs. */
  const running = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let isPrepared = false;

  async function prepared(): Promise<boolean> {
    isPrepared ||= await hasTables(query, address.shown);
    return isPrepared;
  }

  /** Renews the heartbeats as long as something runs. */
  function beat(): void {
    if (running.size === 0) clearInterval(timer);
    if (running.size === 0) timer = undefined;
    else timer ??= setInterval(() => query(setHeartbeat, [[...running]]).catch(() => {}), heartbeatMilliseconds).unref();
  }

  async function read(key?: number | string): Promise<readonly FrozenStudy[]> {
    if (!(await prepared())) return [];
    if (typeof key === 'number') changed.delete(key);
    return cache.read(query, key);
  }

  /** Nobody else begins a trial of the study until the transaction is over. */
  const hold = (ask: Query, studyId: number) => ask('SELECT FROM studies WHERE study_id = $1 FOR UPDATE', [studyId]);
  const announce = (ask: Query, studyId: number) => ask(`SELECT pg_notify('${channel}', $1::text)`, [studyId]);

  async function begin(ask: Query, studyId: number, choose: (study: FrozenStudy) => NextTrial | undefined): Promise<number | undefined> {
    await hold(ask, studyId);
    for (;;) {
      const [study] = await cache.read(ask, studyId);
      const next = study && choose(study);
      if (!next) return undefined;
      const id = 'waiting' in next ? (await ask(claim, [next.waiting.id]))[0]?.trial_id : await insertTrial(ask, studyId, next);
      if (id === undefined) continue; // Optuna's processes claim without holding the study
      if ('waiting' in next || (next.state ?? 'running') === 'running') {
        await ask(setAttribute('system'), [id, workerKey, writePythonJson(workerId)]);
        await ask(setHeartbeat, [[id]]);
      }
      await announce(ask, studyId);
      return id;
    }
  }

  return {
    studies: () => read(),
    study: async (key) => (await read(key))[0],
    async createStudy(name, directions) {
      const id = await connection.transaction(async (ask) => {
        if (!isPrepared) await createTables(ask, address.shown);
        const [made] = await ask('INSERT INTO studies (study_name) VALUES ($1) ON CONFLICT (study_name) DO NOTHING RETURNING study_id', [
          name,
        ]);
        if (!made) return (await ask('SELECT study_id FROM studies WHERE study_name = $1', [name]))[0].study_id as number;
        for (const [objective, direction] of directions.entries()) {
          const row = [direction.toUpperCase(), made.study_id, objective];
          await ask('INSERT INTO study_directions (direction, study_id, objective) VALUES ($1::studydirection, $2, $3)', row);
        }
        return made.study_id as number;
      });
      isPrepared = true;
      return id;
    },
    async setStudyAttribute(studyId, key, value) {
      await query(setStudyAttribute('user'), [studyId, key, writePythonJson(value)]);
    },
    async setStudySystemAttribute(studyId, key, value) {
      await query(setStudyAttribute('system'), [studyId, key, writePythonJson(value)]);
    },
    async beginTrial(studyId, choose) {
      const id = await connection.transaction((ask) => begin(ask, studyId, choose));
      if (id === undefined) return undefined;
      const [study] = await cache.read(query, studyId);
      const trial = study?.trials.findLast((one) => one.id === id);
      if (trial?.state === 'running') running.add(id);
      beat();
      return trial;
    },
    addTrial: (studyId, trial) =>
      connection.transaction(async (ask) => {
        await hold(ask, studyId);
        await insertTrial(ask, studyId, trial);
        await announce(ask, studyId);
      }),
    async setTrialParameter(trialId, name, internal, distribution) {
      await query(setParameter, [trialId, name, internal, distributionToJson(distribution)]);
    },
    async setIntermediateValue(trialId, step, value) {
      await query(setReport, [trialId, step, ...toStored(value)]);
    },
    async setTrialAttribute(trialId, key, value) {
      await query(setAttribute('user'), [trialId, key, writePythonJson(value)]);
    },
    async setTrialSystemAttribute(trialId, key, value) {
      await query(setAttribute('system'), [trialId, key, writePythonJson(value)]);
    },
    async endTrial(trialId, state, values, then) {
      await connection.transaction(async (ask) => {
        if (then) await ask('SELECT FROM studies JOIN trials USING (study_id) WHERE trial_id = $1 FOR UPDATE OF studies', [trialId]);
        const [ended] = await ask(end, [trialId, state.toUpperCase()]);
        if (!ended) return;
        for (const [objective, value] of (values ?? []).entries()) {
          const row = [trialId, objective, ...toStored(value)];
          await ask('INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES ($1, $2, $3, $4::trialvaluetype)', row);
        }
        if (then) await insertTrial(ask, ended.study_id, then);
        await announce(ask, ended.study_id);
      });
      running.delete(trialId);
      beat();
    },
    async returnTrial(trialId) {
      await connection.transaction(async (ask) => {
        await ask('DELETE FROM trial_heartbeats WHERE trial_id = $1', [trialId]);
        await ask('DELETE FROM trial_system_attributes WHERE trial_id = $1 AND key = $2', [trialId, workerKey]);
        await ask(putBack, [trialId]);
      });
      running.delete(trialId);
      beat();
    },
    isLost: ({ id, workerId: worker }) => isGone(worker) || cache.isStale(id) === true,
    isAlive: ({ id, workerId: worker }) => !isGone(worker) && cache.isStale(id) === false,
    async waitForChange(studyId) {
      if (changed.has(studyId)) return;
      const woken = new AbortController();
      waiting.set(woken, studyId);
      await sleep(longestWaitMilliseconds, undefined, { signal: woken.signal }).catch(() => {});
      waiting.delete(woken);
    },
    close: () => connection.close(),
  };
}

import { distributionFromJson, distributionToJson, fromInternal, toInternal } from '../../distribution.ts';
import { constraintsIn } from '../constraints.ts';
import { readPythonJson, writePythonJson } from '../python-json.ts';
import type { FrozenTrial, TrialState, TrialTemplate } from '../study-storage.ts';
import type { Query, Row } from './postgres-connection.ts';
import { fromStored, type StoredNumber, toStored } from './stored-number.ts';

/** Under which system attribute a trial keeps which process runs it: Optuna's tables have no place for that. */
export const workerKey = 'dl-project:worker';

/** A process that has not renewed the heartbeat of its trial for so long is gone; as in `leases.ts`. */
const staleAfter = "interval '90 seconds'";

const milliseconds = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`; // kept without a zone, in UTC
const attributes = (table: string) =>
  `(SELECT json_object_agg(key, value_json ORDER BY ${table}_id) FROM ${table}s a WHERE a.trial_id = t.trial_id)`;

/**
 * Trials with everything they have, in one question. While the server is up for less than the time that makes one stale nobody is:
 * it could not take heartbeats before.
 * $1: the study; $2: the last trial that is known; $3: those before it that were not over
 */
const select = `
SELECT t.trial_id, t.number, t.state, ${milliseconds('t.datetime_start')} AS start, ${milliseconds('t.datetime_complete')} AS complete,
  (SELECT json_agg(json_build_array(param_name, param_value, distribution_json) ORDER BY param_id) FROM trial_params p WHERE p.trial_id = t.trial_id) AS params,
  (SELECT json_agg(json_build_array(value, value_type) ORDER BY objective) FROM trial_values v WHERE v.trial_id = t.trial_id) AS vals,
  (SELECT json_agg(json_build_array(step, intermediate_value, intermediate_value_type) ORDER BY step)
     FROM trial_intermediate_values i WHERE i.trial_id = t.trial_id) AS reports,
  ${attributes('trial_user_attribute')} AS user_attributes, ${attributes('trial_system_attribute')} AS system_attributes,
  (SELECT h.heartbeat < localtimestamp - ${staleAfter} AND pg_postmaster_start_time() < now() - ${staleAfter}
     FROM trial_heartbeats h WHERE h.trial_id = t.trial_id AND t.state = 'RUNNING') AS is_stale
FROM trials t WHERE t.study_id = $1 AND (t.trial_id > $2 OR t.trial_id = ANY ($3)) ORDER BY t.number`;

export interface ReadTrial {
  readonly trial: FrozenTrial;
  /** Whether its process has stopped renewing its heartbeat; undefined where nobody has promised to. */
  readonly isStale: boolean | undefined;
}

/** Reads the trials of a study that are new, and those that may have changed. */
export async function readTrials(query: Query, studyId: number, lastKnown: number, unfinished: Iterable<number>): Promise<ReadTrial[]> {
  const rows = await query(select, [studyId, lastKnown, [...unfinished]]);
  return rows.map((row) => {
    const trial = trialOf(row);
    return { trial, isStale: trial.workerId === '' ? undefined : (row.is_stale ?? undefined) }; // how often Optuna's renew theirs is not known
  });
}

function trialOf(row: Row): FrozenTrial {
  const params = ((row.params ?? []) as [string, number, string][]).map(
    ([name, internal, json]) => [name, internal, distributionFromJson(json)] as const,
  );
  const { [workerKey]: worker, ...systemAttributes } = attributesOf(row.system_attributes);
  const values = (row.vals as StoredNumber[] | null)?.map(fromStored) ?? null;
  const reports = ((row.reports ?? []) as [number, number | null, string][]).map(([step, ...stored]) => [step, fromStored(stored)]);
  return {
    id: row.trial_id,
    number: row.number,
    state: (row.state as string).toLowerCase() as TrialState,
    values,
    value: values?.[0] ?? null,
    params: Object.fromEntries(params.map(([name, internal, distribution]) => [name, fromInternal(distribution, internal)])),
    distributions: Object.fromEntries(params.map(([name, , distribution]) => [name, distribution])),
    intermediateValues: Object.fromEntries(reports),
    userAttributes: attributesOf(row.user_attributes),
    systemAttributes,
    constraints: constraintsIn(systemAttributes),
    workerId: typeof worker === 'string' ? worker : '',
    start: row.start === null ? null : new Date(row.start),
    complete: row.complete === null ? null : new Date(row.complete),
  };
}

/** Of a study or a trial, as `json_object_agg` gives them. */
export function attributesOf(rows: Readonly<Record<string, string>> | null): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rows ?? {}).map(([key, json]) => [key, readPythonJson(json)]));
}

const utc = (milliseconds: string) => `to_timestamp(${milliseconds}::float8 / 1000) AT TIME ZONE 'UTC'`;
export const utcNow = `timezone('UTC', clock_timestamp())`;

/** $1: the study, $2: the state, $3 and $4: when it began and ended, then lists of rows. A number is the count of the trials before. */
const insert = `
WITH trial AS (
  INSERT INTO trials (study_id, number, state, datetime_start, datetime_complete)
  SELECT $1, count(*), $2::trialstate, CASE WHEN $2 = 'WAITING' THEN NULL ELSE coalesce(${utc('$3')}, ${utcNow}) END, ${utc('$4')}
  FROM trials WHERE study_id = $1 RETURNING trial_id),
params AS (INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json)
  SELECT trial_id, r->>0, (r->>1)::float8, r->>2 FROM trial, json_array_elements($5::json) r),
vals AS (INSERT INTO trial_values (trial_id, objective, value, value_type)
  SELECT trial_id, (r->>0)::int, (r->>1)::float8, (r->>2)::trialvaluetype FROM trial, json_array_elements($6::json) r),
reports AS (INSERT INTO trial_intermediate_values (trial_id, step, intermediate_value, intermediate_value_type)
  SELECT trial_id, (r->>0)::int, (r->>1)::float8, (r->>2)::trialintermediatevaluetype FROM trial, json_array_elements($7::json) r),
user_attributes AS (INSERT INTO trial_user_attributes (trial_id, key, value_json)
  SELECT trial_id, r->>0, r->>1 FROM trial, json_array_elements($8::json) r),
system_attributes AS (INSERT INTO trial_system_attributes (trial_id, key, value_json)
  SELECT trial_id, r->>0, r->>1 FROM trial, json_array_elements($9::json) r)
SELECT trial_id FROM trial`;

/** Adds a trial with everything it has. In a transaction that holds the study. @returns its id */
export async function insertTrial(query: Query, studyId: number, trial: TrialTemplate): Promise<number> {
  const { state = 'running', params = {}, distributions = {}, values, intermediateValues = {}, start, complete } = trial;
  const rows = (record: Readonly<Record<string, unknown>> = {}) =>
    Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, writePythonJson(value)]]));
  const lists = [
    Object.entries(params).map(([name, value]) => [name, toInternal(distributions[name], value), distributionToJson(distributions[name])]),
    values?.map((value, objective) => [objective, ...toStored(value)]) ?? [],
    Object.entries(intermediateValues).map(([step, value]) => [Number(step), ...toStored(value)]),
    rows(trial.userAttributes),
    rows(trial.systemAttributes),
  ];
  const times = [start, complete].map((time) => time?.getTime() ?? null);
  const [{ trial_id }] = await query(insert, [studyId, state.toUpperCase(), ...times, ...lists.map((list) => JSON.stringify(list))]);
  return trial_id;
}

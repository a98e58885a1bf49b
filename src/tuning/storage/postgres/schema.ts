import { DlError } from '../../../core/errors.ts';
import type { Query } from './postgres-connection.ts';

/** The newest version of Optuna's tables, unchanged since Optuna 3.2. */
const schemaVersion = 'v3.2.0.a';

/**
 * The tables of Optuna's RDBStorage, with its names and types, for a database that has none.
 * `schema_version` is a number that Optuna no longer changes; what counts is `alembic_version`.
 */
const tables = `
CREATE TYPE studydirection AS ENUM ('NOT_SET', 'MINIMIZE', 'MAXIMIZE');
CREATE TYPE trialstate AS ENUM ('RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING');
CREATE TYPE trialvaluetype AS ENUM ('FINITE', 'INF_POS', 'INF_NEG');
CREATE TYPE trialintermediatevaluetype AS ENUM ('FINITE', 'INF_POS', 'INF_NEG', 'NAN');
CREATE TABLE alembic_version (version_num varchar(32) CONSTRAINT alembic_version_pkc PRIMARY KEY);
CREATE TABLE version_info (version_info_id integer PRIMARY KEY CHECK (version_info_id = 1), schema_version integer, library_version varchar(256));
CREATE TABLE studies (study_id serial PRIMARY KEY, study_name varchar(512) NOT NULL);
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE TABLE study_directions (study_direction_id serial PRIMARY KEY, direction studydirection NOT NULL,
  study_id integer NOT NULL REFERENCES studies (study_id), objective integer NOT NULL, UNIQUE (study_id, objective));
CREATE TABLE study_user_attributes (study_user_attribute_id serial PRIMARY KEY, study_id integer REFERENCES studies (study_id),
  key varchar(512), value_json text, UNIQUE (study_id, key));
CREATE TABLE study_system_attributes (study_system_attribute_id serial PRIMARY KEY, study_id integer REFERENCES studies (study_id),
  key varchar(512), value_json text, UNIQUE (study_id, key));
CREATE TABLE trials (trial_id serial PRIMARY KEY, number integer, study_id integer REFERENCES studies (study_id), state trialstate NOT NULL,
  datetime_start timestamp, datetime_complete timestamp);
CREATE INDEX ix_trials_study_id ON trials (study_id);
CREATE TABLE trial_user_attributes (trial_user_attribute_id serial PRIMARY KEY, trial_id integer REFERENCES trials (trial_id),
  key varchar(512), value_json text, UNIQUE (trial_id, key));
CREATE TABLE trial_system_attributes (trial_system_attribute_id serial PRIMARY KEY, trial_id integer REFERENCES trials (trial_id),
  key varchar(512), value_json text, UNIQUE (trial_id, key));
CREATE TABLE trial_params (param_id serial PRIMARY KEY, trial_id integer REFERENCES trials (trial_id),
  param_name varchar(512), param_value double precision, distribution_json text, UNIQUE (trial_id, param_name));
CREATE TABLE trial_values (trial_value_id serial PRIMARY KEY, trial_id integer NOT NULL REFERENCES trials (trial_id),
  objective integer NOT NULL, value double precision, value_type trialvaluetype NOT NULL, UNIQUE (trial_id, objective));
CREATE TABLE trial_intermediate_values (trial_intermediate_value_id serial PRIMARY KEY, trial_id integer NOT NULL REFERENCES trials (trial_id),
  step integer NOT NULL, intermediate_value double precision, intermediate_value_type trialintermediatevaluetype NOT NULL, UNIQUE (trial_id, step));
CREATE TABLE trial_heartbeats (trial_heartbeat_id serial PRIMARY KEY, trial_id integer NOT NULL UNIQUE REFERENCES trials (trial_id),
  heartbeat timestamp NOT NULL);
INSERT INTO version_info VALUES (1, 12, 'dl-project');
INSERT INTO alembic_version VALUES ('${schemaVersion}')`;

/**
 * Whether the database has Optuna's tables; only looks.
 * @param shown the database, for messages
 * @throws DlError `refused` for those of another version, or tables of somebody else
 */
export async function hasTables(query: Query, shown: string): Promise<boolean> {
  // Not by to_regclass: a session that found none remembers that, though it waited for who makes them.
  const rows = await query("SELECT relname FROM pg_class WHERE relname IN ('studies', 'alembic_version') AND pg_table_is_visible(oid)");
  const names = rows.map(({ relname }) => String(relname));
  if (names.length === 0) return false;
  const found = names.includes('alembic_version')
    ? (await query('SELECT version_num FROM alembic_version')).map((row) => String(row.version_num))
    : [];
  if (names.includes('studies') && found.includes(schemaVersion)) return true;
  const has = found.length > 0 ? `tables of version ${found.join(', ')}` : 'a table studies';
  throw new DlError(
    'refused',
    `${shown} has ${has}, which are not Optuna's ${schemaVersion} (since Optuna 3.2). ` +
      'Older ones of Optuna are brought up to date by: optuna storage upgrade --storage <address>. Otherwise name another database.',
  );
}

/** Makes the tables, unless another process was faster. In a transaction. */
export async function createTables(query: Query, shown: string): Promise<void> {
  await query("SELECT pg_advisory_xact_lock(hashtext('dl-project:tables'))");
  if (await hasTables(query, shown)) return;
  for (const statement of tables.split(';')) await query(statement);
}

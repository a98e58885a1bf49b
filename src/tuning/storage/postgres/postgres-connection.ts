import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Notification } from 'pg';
import { importOptional } from '../../../data/import-optional.ts';
import { describePostgresError, isPassing } from './postgres-errors.ts';
import type { PostgresAddress } from './postgres-url.ts';

/** What pg has and its types have not. */
type Connected = Client & { readonly processID: number; ref(): void; unref(): void };
export type Row = Readonly<Record<string, never>>;
export type Query = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** Where those who share a database tell each other that a study has changed; the message is the study's id. */
export const channel = 'dl_project';

/** A server that is not back after so long is given up. */
const patienceMilliseconds = 300_000;
const longestWaitMilliseconds = 5000;

/** A killed machine must not hold the lock of a study for the two hours that TCP allows. */
const beginSession = `SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;
SET idle_in_transaction_session_timeout = 300000; LISTEN ${channel}`;

interface ConnectionOptions {
  /** Somebody else has changed a study, or may have while there was no connection: then without its id. */
  onChange(studyId?: number): void;
}

/**
 * The one connection of a process, which does one thing after the other: a study may have more workers than a server has connections.
 * What is lost with it is done again over a new one, from 0.1 s on, doubling up to 5 s, for five minutes.
 * While nothing is asked it does not keep the process alive.
 */
export class PostgresConnection {
  readonly #address: PostgresAddress;
  readonly #options: ConnectionOptions;
  #client: Connected | undefined;
  #wasConnected = false;
  #turns: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(address: PostgresAddress, options: ConnectionOptions) {
    this.#address = address;
    this.#options = options;
  }

  /** One statement, which does no harm when it is done twice. */
  query(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#inTurn(() => this.#retrying((client) => ask(client)(text, values)));
  }

  /**
   * Several statements, all or none of them, once: where the connection is lost while they are committed, the server is asked what became of them.
   * @param work is called again where they were in the way of others, or lost
   */
  transaction<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    let committing: { readonly transaction: string; readonly result: Result } | undefined;
    return this.#inTurn(() =>
      this.#retrying(async (client) => {
        const query = ask(client);
        if (committing && (await wasCommitted(query, committing.transaction))) return committing.result;
        committing = undefined;
        await query('BEGIN');
        try {
          const result = await work(query);
          const [{ id }] = await query('SELECT txid_current_if_assigned()::text AS id');
          if (id !== null) committing = { transaction: id, result };
          await query('COMMIT');
          return result;
        } catch (error) {
          await query('ROLLBACK').catch(() => {});
          throw error;
        }
      }),
    );
  }

  /** Ends it, for good manners: a process may also just end. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      const client = this.#client;
      this.#client = undefined;
      client?.ref();
      await client?.end();
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waiting++;
    const turn = this.#turns.then(work).finally(() => {
      this.#waiting--;
      if (this.#waiting === 0) this.#client?.unref();
    });
    this.#turns = turn.catch(() => {});
    return turn;
  }

  async #retrying<Result>(attempt: (client: Client) => Promise<Result>): Promise<Result> {
    const end = performance.now() + patienceMilliseconds;
    for (let wait = 100; ; wait = Math.min(2 * wait, longestWaitMilliseconds)) {
      try {
        return await attempt(await this.#connected());
      } catch (error) {
        if (!isPassing(error, this.#wasConnected) || performance.now() > end) throw describePostgresError(error, this.#address);
        await sleep(wait);
      }
    }
  }

  async #connected(): Promise<Connected> {
    if (this.#client) {
      this.#client.ref();
      return this.#client;
    }
    const { default: pg } = await importOptional('pg', () => import('pg'), 'A study in Postgres');
    const client = new pg.Client({
      connectionString: this.#address.url,
      application_name: 'dl-project',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    }) as Connected;
    const lose = () => {
      if (this.#client === client) this.#client = undefined;
      this.#options.onChange();
    };
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ processId, payload }: Notification) => {
      if (processId !== client.processID) this.#options.onChange(Number(payload));
    });
    try {
      await client.connect();
      await client.query(beginSession);
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
    this.#wasConnected = true;
    this.#client = client;
    return client;
  }
}

function ask(client: Client): Query {
  return async (text, values = []) => (await client.query(text, [...values])).rows;
}

async function wasCommitted(query: Query, transaction: string): Promise<boolean> {
  for (;;) {
    const [{ status }] = await query('SELECT txid_status($1::bigint) AS status', [transaction]);
    if (status !== 'in progress') return status === 'committed';
    await sleep(100);
  }
}

import { DlError } from '../../../core/errors.ts';

/** Where a Postgres database is. */
export interface PostgresAddress {
  /** As the package pg takes it, with its password. */
  readonly url: string;
  /** For messages: `postgres://ada@db.lab:5432/studies`, never with a password. */
  readonly shown: string;
  readonly user: string;
  readonly database: string;
}

/** Whether a text means a Postgres database rather than something else. */
export function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?(\+\w+)?:/.test(text);
}

/**
 * Reads `postgres://user:password@host:5432/database`. The driver that Optuna's URLs may name (`postgresql+psycopg://`) is left out, so that both take the same.
 * @throws DlError `usage` for what is none; the message does not repeat it, as there may be a password in it
 */
export function readPostgresUrl(text: string): PostgresAddress {
  const url = text.replace(/^postgres(ql)?(\+\w+)?:/, 'postgresql:');
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!isPostgresUrl(text) || !parsed || parsed.pathname.length < 2) {
    throw new DlError(
      'usage',
      'That is no address of a Postgres database. Write postgres://user@host:5432/database; the password may stand in PGPASSWORD. In one that stands in the address write %40 for @, %2F for /, %23 for #.',
    );
  }
  const user = decodeURIComponent(parsed.username) || (process.env.PGUSER ?? '');
  const host = parsed.host || parsed.searchParams.get('host') || process.env.PGHOST || 'localhost';
  const database = decodeURIComponent(parsed.pathname.slice(1));
  return { url, shown: `postgres://${user && `${user}@`}${host}/${database}`, user, database };
}

import { DlError } from '../../../core/errors.ts';
import type { PostgresAddress } from './postgres-url.ts';

/** Of the network: codes of Node and of class 08 of Postgres. */
const networkCodes = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'];
/** The server says so itself: it is stopped or started, or has no place for another connection. */
const serverCodes = ['57P01', '57P02', '57P03', '53300'];
/** Two transactions were in each other's way, and this one was chosen to be done again. */
const conflictCodes = ['40001', '40P01'];

interface PostgresError {
  readonly code?: string;
  readonly message: string;
}

/** Whether trying again, maybe over a new connection, can help. @param wasConnected the server is known to be there */
export function isPassing(error: unknown, wasConnected: boolean): boolean {
  const { code = '' } = error as PostgresError;
  if (serverCodes.includes(code) || conflictCodes.includes(code)) return true;
  return wasConnected && isConnectionError(error as PostgresError);
}

/** What went wrong, for people. Says no password. */
export function describePostgresError(error: unknown, { shown, user, database }: PostgresAddress): DlError {
  if (error instanceof DlError) return error;
  const { code = '', message } = error as PostgresError;
  const options = { cause: error };
  if (code.startsWith('28') || /password must be a string/.test(message)) {
    const wanted = 'It is read from the address of the database, from PGPASSWORD or from ~/.pgpass';
    return new DlError('refused', `${shown} does not let ${user || 'this user'} in: the password is wrong or missing. ${wanted}.`, options);
  }
  if (code === '3D000') {
    return new DlError('missing', `There is no database ${database} at ${shown}. Make it: createdb ${database}`, options);
  }
  if (code === '42501') {
    const grant = `GRANT CREATE, USAGE ON SCHEMA public TO ${user}`;
    return new DlError(
      'refused',
      `${shown} does not allow it: ${message}. Its owner may: ${grant}; and give the tables that exist.`,
      options,
    );
  }
  if (isConnectionError(error as PostgresError)) {
    const why = code || message;
    return new DlError('missing', `${shown} cannot be reached (${why}). Is the server running, and are host and port right?`, options);
  }
  return new DlError('refused', `${shown}: ${message}`, options);
}

/** Some of what pg throws has no code. */
function isConnectionError({ code = '', message }: PostgresError): boolean {
  if (networkCodes.includes(code) || serverCodes.includes(code) || code.startsWith('08')) return true;
  return /^Connection terminated|connection error and is not queryable|Client was closed|timeout expired/.test(message);
}

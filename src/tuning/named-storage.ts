import { postgresStorage } from './storage/postgres/postgres-storage.ts';
import type { StudyStorage } from './storage/study-storage.ts';

/** The variable of the environment that says where studies are kept. */
export const storageVariable = 'DL_STUDY_STORAGE';

/**
 * The database that was named for studies: `postgres://user@host/database`, by the call, the environment's `DL_STUDY_STORAGE` or the study, in this order.
 * @returns undefined where none was: then each study has its journal in the project
 * @throws DlError `usage` for anything but the address of a Postgres database
 */
export function namedStorage(call?: string, study?: string): (StudyStorage & { close(): Promise<void> }) | undefined {
  const text = call || process.env[storageVariable] || study;
  return text ? postgresStorage(text) : undefined;
}

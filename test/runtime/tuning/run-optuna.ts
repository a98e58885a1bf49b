import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pythonCommand } from '../../support/requirements.ts';

const head = `
import json, math, sys, optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
optuna.logging.set_verbosity(optuna.logging.WARNING)
where = sys.argv[1]
storage = optuna.storages.get_storage(where) if '://' in where else JournalStorage(JournalFileBackend(where))
`;

/**
 * Runs Python with Optuna and the journal or database at `where` as `storage`; `code` prints JSON.
 * @param python an interpreter with another Optuna
 */
export async function runOptuna(where: string, code: string, python = pythonCommand): Promise<unknown> {
  const words = ['-W', 'ignore', '-c', head + code, where.replace('postgres://', 'postgresql+psycopg://')];
  const { stdout } = await promisify(execFile)(python, words, { encoding: 'utf8', maxBuffer: 1e9 });
  return JSON.parse(stdout);
}

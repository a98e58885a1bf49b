import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pythonCommand } from '../../support/requirements.ts';

const head = `
import json, math, sys, optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
optuna.logging.set_verbosity(optuna.logging.WARNING)
storage = JournalStorage(JournalFileBackend(sys.argv[1]))
`;

/** Runs Python with Optuna and the journal at `path` as `storage`; `code` prints JSON. @param python an interpreter with another Optuna */
export async function runOptuna(path: string, code: string, python = pythonCommand): Promise<unknown> {
  const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', '-c', head + code, path], { encoding: 'utf8', maxBuffer: 1e9 });
  return JSON.parse(stdout);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DlError } from '../core/errors.ts';
import { type FoundRun, shownFolder } from './find-run.ts';

/** The settings a run was started with, as its `config.json` has them. */
export interface RunConfig {
  readonly config: unknown;
  /** The file, for messages: `runs/lenet5/2026-11-23-0915-k3f7/config.json`. */
  readonly source: string;
}

/**
 * Reads `config.json` of a run.
 * @param key what named the run on the command line  @throws DlError `missing` where it is gone or damaged
 */
export function readRunConfig(root: string, { folder }: FoundRun, key = 'run'): RunConfig {
  const source = `${shownFolder(root, folder)}/config.json`;
  try {
    return { config: JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')), source };
  } catch (cause) {
    throw new DlError('missing', `${source} cannot be read, so that run cannot be used. Choose another: ${key}=<id>`, { cause });
  }
}

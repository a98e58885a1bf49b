import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { DlError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { readLatest } from './latest-run.ts';
import { type RunRecord, readRunRecord } from './run-record.ts';
import { scriptCommand } from './script-command.ts';

/** A run on disk. */
export interface FoundRun {
  readonly folder: string;
  readonly record: RunRecord;
}

/** Every run below `runs/`, newest first; those of studies too. Folders without a readable `run.json` are left out. */
export function listRuns(root: string): FoundRun[] {
  return scan(root).runs;
}

/**
 * The newest finished training: what `runs/latest` names, or, where that is not to be had, the newest on disk.
 * @throws DlError `missing` where there is none, `file` where there are only some with a damaged `run.json`
 */
export function findDefaultRun(root: string): FoundRun {
  const folder = readLatest(root);
  const latest = folder === undefined ? undefined : existingRun(folder);
  if (latest && isDefaultable(latest)) return latest;
  const { runs, damaged } = scan(root);
  const found = runs.find(isDefaultable);
  if (found) return found;
  const [broken] = damaged;
  if (broken) {
    const what = `${shownFolder(root, broken)}/run.json is ${describeDamage(broken)}`;
    throw new DlError('file', `There is no finished training that can be used: ${what}. Train again: ${scriptCommand('train')}`);
  }
  throw new DlError('missing', `There is no finished training yet. Type: ${scriptCommand('train')}`);
}

/**
 * The run that `text` means: an id, a part of one that fits only one run, or a path.
 * @param key what stands before it on the command line
 * @throws DlError `name` where none or several fit, `file` where its `run.json` is damaged
 */
export function findRun(root: string, text: string, key = 'run'): FoundRun {
  const atPath = existingRun(resolve(root, text)) ?? existingRun(resolve(text));
  if (text && atPath) return atPath;
  const { runs, damaged } = scan(root);
  const exact = runs.filter(({ record }) => record.id === text);
  const matching = exact.length > 0 ? exact : runs.filter((run) => text && shownFolder(root, run.folder).includes(text));
  if (matching.length === 1) return matching[0];
  const names = (some: readonly FoundRun[]) => some.map(({ record }) => record.id);
  if (matching.length > 1) {
    throw new DlError('name', `${key}=${text} fits ${matching.length} runs. Say more of: ${names(matching.slice(0, 5)).join(', ')}`);
  }
  const broken = damaged.find((folder) => text && (folder === resolve(root, text) || shownFolder(root, folder).includes(text)));
  if (broken) {
    throw new DlError(
      'file',
      `${shownFolder(root, broken)}/run.json is ${describeDamage(broken)}, so that run cannot be used. Choose another: ${key}=<id>`,
    );
  }
  const near = nearest(text, names(runs));
  const newest = runs.length === 0 ? 'There is none yet.' : `The newest: ${names(runs.slice(0, 5)).join(', ')}`;
  throw new DlError('name', `There is no run ${JSON.stringify(text)}.${near ? ` Did you mean ${near}?` : ''} ${newest}`);
}

/** A folder as people see it: relative to the project, with `/`. */
export function shownFolder(root: string, folder: string): string {
  const path = relative(root, folder);
  return (path.startsWith('..') || isAbsolute(path) ? folder : path).split(sep).join('/');
}

function isDefaultable({ record }: FoundRun): boolean {
  return record.kind === 'train' && record.status === 'finished';
}

/** @param path a run's folder, or a file in it */
function existingRun(path: string): FoundRun | undefined {
  for (const folder of [path, dirname(path)]) {
    const record = readRunRecord(folder);
    if (record) return { folder, record };
  }
  return undefined;
}

/** The runs below `runs/`, newest first, and the folders whose `run.json` cannot be read. */
function scan(root: string): { readonly runs: FoundRun[]; readonly damaged: string[] } {
  const runs: FoundRun[] = [];
  const damaged: string[] = [];
  collect(join(root, 'runs'), 3, runs, damaged);
  return { runs: runs.sort((a, b) => (a.record.start < b.record.start ? 1 : -1)), damaged };
}

function collect(folder: string, depth: number, found: FoundRun[], damaged: string[]): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    const record = readRunRecord(path);
    if (record) found.push({ folder: path, record });
    else if (existsSync(join(path, 'run.json'))) damaged.push(path);
    else if (depth > 1) collect(path, depth - 1, found, damaged);
  }
}

function describeDamage(folder: string): string {
  return statSync(join(folder, 'run.json')).size === 0 ? 'empty' : 'damaged';
}

import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { blobId } from './manifest.ts';
import { abandonedStages } from './stage.ts';

/** One file of a commit: its new text waits in `new/<index>` of the stage, a copy of what it replaces lies in `old/<index>`. */
export interface Step {
  /** Absolute path, links followed. */
  readonly target: string;
  /** Git's id of the new text; undefined for a removal. */
  readonly id: string | undefined;
}

/** What a commit is about to do, written before its first step: whoever finds it can take everything back. */
export interface Journal {
  readonly steps: readonly Step[];
  /** Folders that the commit makes, those above first. */
  readonly folders: readonly string[];
}

/** Puts all new texts, and copies of all they replace, into the stage: whatever lacks room or permission fails here. */
export function prepare(stage: string, journal: Journal, texts: readonly (string | undefined)[]): void {
  for (const part of ['new', 'old']) mkdirSync(join(stage, part));
  journal.steps.forEach(({ target }, index) => {
    const { fresh, old } = partsOf(stage, index);
    const text = texts[index];
    if (text !== undefined) writeFileSync(fresh, text);
    if (!existsSync(target)) return;
    copyFileSync(target, old);
    if (text !== undefined) chmodSync(fresh, statSync(target).mode);
  });
  writeFileSync(join(stage, 'journal.json'), JSON.stringify(journal));
}

/** Only renames and removals, each of which happens whole or not at all. */
export function carryOut(stage: string, { steps, folders }: Journal): void {
  for (const folder of folders) mkdirSync(folder);
  steps.forEach(({ target, id }, index) => {
    if (id === undefined) rmSync(target, { force: true });
    else renameSync(partsOf(stage, index).fresh, target);
  });
}

/**
 * Takes back what was done of a commit, and removes its stage. Done twice, or killed halfway, it comes to the same. A file
 * that somebody changed after the commit is left alone.
 */
export function takeBack(stage: string, { steps, folders }: Journal): void {
  steps.forEach(({ target, id }, index) => {
    const { fresh, old } = partsOf(stage, index);
    const wasWritten = id !== undefined && !existsSync(fresh);
    if (existsSync(target) && !(wasWritten && blobId(readFileSync(target)) === id)) return;
    if (existsSync(old)) {
      mkdirSync(dirname(target), { recursive: true });
      renameSync(old, target);
    } else if (wasWritten) rmSync(target, { force: true });
  });
  for (const folder of folders.toReversed()) if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  discard(stage);
}

/**
 * Ends a commit that is whole, or taken back. Without the journal the rest of a stage means nothing, so that goes first: the
 * commit stands from that moment on. What cannot be removed after it is left to the next run.
 */
export function discard(stage: string): void {
  rmSync(join(stage, 'journal.json'), { force: true });
  try {
    rmSync(stage, { recursive: true, force: true });
  } catch {
    // all is well with the project
  }
}

/**
 * Takes back what commits in `folder` had done whose process was killed. Call it before reading a project that is to be
 * changed. Returns whether there was anything.
 */
export function recover(folder: string): boolean {
  const stages = abandonedStages(folder);
  for (const stage of stages) takeBack(stage, readJournal(stage));
  return stages.length > 0;
}

/**
 * A journal that is missing or torn says that the first step was never reached. So does one that names anything outside
 * of the folder: it came with somebody's files, and is none of ours.
 */
function readJournal(stage: string): Journal {
  const untouched: Journal = { steps: [], folders: [] };
  try {
    const journal: Journal = JSON.parse(readFileSync(join(stage, 'journal.json'), 'utf8'));
    const root = realpathSync(dirname(stage));
    const places = [...journal.steps.map(({ target }) => target), ...journal.folders];
    return places.every((place) => isInside(root, place)) ? journal : untouched;
  } catch {
    return untouched;
  }
}

/** Whether a path lies below a folder, links in the part of it that exists followed. */
function isInside(root: string, path: string): boolean {
  let known = path;
  while (!lstatSync(known, { throwIfNoEntry: false })) known = dirname(known);
  const inside = relative(root, join(realpathSync(known), relative(known, path)));
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}

function partsOf(stage: string, index: number): { fresh: string; old: string } {
  return { fresh: join(stage, 'new', String(index)), old: join(stage, 'old', String(index)) };
}

import { closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, truncateSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DlError } from '../../core/errors.ts';
import { withFileLock } from './file-lock.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { fileLeases } from './leases.ts';
import { readPythonJson, writePythonJson } from './python-json.ts';

const newline = 0x0a;
/** How every line begins. */
const beginning = '{"op_code":';

/**
 * A journal in a file, in Optuna's format: Optuna and optuna-dashboard open, continue and plot it.
 * One JSON object a line, flushed to disk after each addition. Several processes may write; a line that a killed one left
 * unfinished is cut off by the next that writes. Which of them live stands beside it, in `<path>.leases/`.
 *
 * @param path need not exist, its folder neither. A file that is no journal is refused and left as it is, with DlError `file`
 */
export function journalFile(path: string): Journal {
  let position = 0;
  let line = 0;
  /** Whether the file ends otherwise than with a whole line. */
  let isTorn = false;

  /** Reads on to the last whole line. */
  function readFrom(file: number): JournalEntry[] {
    if (position === 0) checkBeginning(path, file);
    const seen = Math.min(1, position); // the end of the last line, to see that it is there
    const read = bytesFrom(file, position - seen);
    isTorn = read.length > 0 ? read[read.length - 1] !== newline : seen > 0;
    const bytes = read.subarray(seen);
    const end = bytes.lastIndexOf(newline) + 1;
    const lines = bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
    const entries = lines.map((text, i) => parse(text, line + i + 1));
    position += end;
    line += lines.length;
    return entries;
  }

  function parse(text: string, number: number): JournalEntry {
    try {
      return readPythonJson(text) as JournalEntry;
    } catch (cause) {
      throw new DlError('file', `Line ${number} of ${path} is damaged. Delete that line, or the file to begin the study anew.`, { cause });
    }
  }

  return {
    leases: fileLeases(`${path}.leases`),
    async sync(see, next) {
      if (!next) {
        if (existsSync(path)) for (const entry of withFile(path, 'r', readFrom)) see(entry);
        return;
      }
      mkdirSync(dirname(path), { recursive: true });
      await withFileLock(path, () =>
        withFile(path, 'a+', (file) => {
          for (const entry of readFrom(file)) see(entry);
          const entries = next();
          if (entries.length === 0) return;
          if (isTorn) mendEnd(path, file);
          writeSync(file, entries.map((entry) => `${writePythonJson(entry)}\n`).join(''));
          fsyncSync(file);
          for (const entry of readFrom(file)) see(entry);
        }),
      );
    },
  };
}

/** Nearly always a few lines are read, for which no memory is taken. */
const room = Buffer.alloc(2 ** 14);

/** What a file has from `position` on, until the next call. */
function bytesFrom(file: number, position: number): Buffer {
  const length = readSync(file, room, 0, room.length, position);
  if (length < room.length) return room.subarray(0, length);
  const bytes = Buffer.alloc(fstatSync(file).size - position);
  return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, position));
}

function checkBeginning(path: string, file: number): void {
  const bytes = Buffer.alloc(beginning.length);
  const text = bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0));
  if (beginning.startsWith(text)) return;
  throw new DlError('file', `${path} is not a journal of a study: it begins with ${JSON.stringify(text)}. Name another file.`);
}

/** A killed writer may have left a last line without its end: a whole one is ended, a torn one is cut off. */
function mendEnd(path: string, file: number): void {
  const { size } = fstatSync(file);
  if (size === 0) return;
  let bytes = Buffer.alloc(0);
  for (let length = 1024; ; length *= 4) {
    bytes = Buffer.alloc(Math.min(length, size));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    if (bytes.includes(newline) || bytes.length === size) break;
  }
  const last = bytes.subarray(bytes.lastIndexOf(newline) + 1);
  if (last.length === 0) return;
  try {
    readPythonJson(last.toString('utf8'));
    writeSync(file, '\n');
  } catch {
    truncateSync(path, size - last.length); // not by `file`: what is opened to append cannot be cut on Windows
  }
}

function withFile<Result>(path: string, flags: string, work: (file: number) => Result): Result {
  const file = openSync(path, flags);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

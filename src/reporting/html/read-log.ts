import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a logger wrote: a row per epoch. */
export interface EpochLog {
  /** Of each row, from 1. */
  readonly epochs: readonly number[];
  /** By log key; NaN where a row has no number. */
  readonly columns: ReadonlyMap<string, readonly number[]>;
}

type Row = Readonly<Record<string, number>>;

/**
 * Reads the first of these files that has rows: CSV as `csvLogger` writes it, JSON lines as `jsonLogger` does.
 * Lines that are not whole, as a kill may leave one, are left out.
 * @returns undefined where none has
 */
export function readLog(folder: string, files: readonly string[]): EpochLog | undefined {
  for (const file of files) {
    const lines = readLines(join(folder, file));
    const rows = (file.endsWith('.jsonl') ? readJsonLines(lines) : readCsv(lines)).filter(({ epoch }) => epoch >= 1);
    if (rows.length > 0) return toColumns(rows);
  }
  return undefined;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/).filter(Boolean);
  } catch {
    return [];
  }
}

function readCsv([header = '', ...lines]: readonly string[]): Row[] {
  const names = header.split(',');
  const cells = lines.map((line) => line.split(',')).filter((row) => row.length === names.length);
  return cells.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] === '' ? Number.NaN : Number(row[i])])));
}

function readJsonLines(lines: readonly string[]): Row[] {
  return lines.flatMap((line) => {
    try {
      const { event, ...row } = JSON.parse(line) as Record<string, unknown>;
      if (event !== 'epoch') return [];
      // What JSON has no word for stands as a string: "NaN".
      return [Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === null ? Number.NaN : Number(value)]))];
    } catch {
      return [];
    }
  });
}

function toColumns(rows: readonly Row[]): EpochLog {
  const keys = new Set(rows.flatMap((row) => Object.keys(row)));
  keys.delete('epoch');
  const column = (key: string) => rows.map((row) => row[key] ?? Number.NaN);
  return { epochs: rows.map(({ epoch }) => epoch), columns: new Map([...keys].map((key) => [key, column(key)])) };
}

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { DlError } from '../../core/errors.ts';
import { fileError } from '../file-error.ts';
import { importOptional } from '../import-optional.ts';

/** The fields of a CSV file as text. */
export interface CsvRecords {
  /** The first line. */
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The line on which each row ends, from 1; a quoted field may span lines. */
  readonly lines: readonly number[];
  readonly delimiter: string;
}

const candidates = [',', ';', '\t', '|'];
const maximumRecordLength = 1 << 20;

/**
 * Reads a file of comma-separated values with a header line: quoted fields (also over several lines), a byte order mark,
 * and LF, CRLF or CR line ends are understood; empty lines are left out.
 * @param delimiter one character; empty takes the one of , ; tab | that is most frequent in the header line
 * @throws DlError `missing` without the file or the package csv-parse, `data` with the line number for what is malformed
 */
export async function readCsv(file: string, delimiter = ''): Promise<CsvRecords> {
  const { parse } = await importOptional('csv-parse', () => import('csv-parse'), 'Reading tables');
  const rows: string[][] = [];
  const lines: number[] = [];
  try {
    const start = await readStart(file);
    const used = delimiter || detectDelimiter(start);
    const parser = parse({
      bom: true,
      delimiter: used,
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      trim: true,
      max_record_size: maximumRecordLength,
      on_record: (record: string[], { lines: line }: { lines: number }) => {
        rows.push(record);
        lines.push(line);
        return null; // kept here, not in the stream
      },
    });
    await pipeline(createReadStream(file), parser.resume());
    return { ...takeHeader(file, rows, lines), delimiter: used };
  } catch (error) {
    throw csvError(file, error, rows[0]?.length);
  }
}

function takeHeader(file: string, rows: string[][], lines: number[]): Pick<CsvRecords, 'header' | 'rows' | 'lines'> {
  if (rows.length < 2) {
    throw new DlError('data', `${file} has no rows: ${rows.length === 0 ? 'it is empty' : 'only a header line'}.`);
  }
  const [header] = rows;
  const unnamed = header.indexOf('');
  if (unnamed >= 0) throw new DlError('data', `${file}: column ${unnamed + 1} has no name in the header line.`);
  const foreign = rows.findIndex((row) => row.some((field) => field.includes('\ufffd')));
  if (foreign >= 0) throw new DlError('data', `${file}, line ${lines[foreign]} is not UTF-8. Save the file as UTF-8.`);
  const seen = new Set<string>();
  const twice = header.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw new DlError('data', `${file} has two columns named ${JSON.stringify(twice)}. Rename one.`);
  return { header, rows: rows.slice(1), lines: lines.slice(1) };
}

/** The first 64 KB as text; refuses what is no text. */
async function readStart(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1 << 16), 0, 1 << 16, 0);
    const start = buffer.subarray(0, bytesRead);
    const isUtf16 = start[0] === 0xff && start[1] === 0xfe; // the parser reads it by its byte order mark
    if (start.includes(0) && !isUtf16) throw new DlError('data', `${file} is not a text file.`);
    return start.toString(isUtf16 ? 'utf16le' : 'utf8');
  } finally {
    await handle.close();
  }
}

function detectDelimiter(start: string): string {
  const header = start.replace(/"[^"]*"/g, '').split(/[\r\n]/, 1)[0];
  const count = (mark: string) => header.split(mark).length;
  return candidates.reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

function csvError(file: string, error: unknown, columns = 0): DlError {
  const { code = '', lines, record } = error as { code?: string; lines?: number; record?: string[] };
  const at = `${file}, line ${lines}`;
  if (code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH') {
    return new DlError('data', `${at} has ${record?.length} fields; the header has ${columns}.`, { cause: error });
  }
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return new DlError('data', `${at}: a row is longer than ${maximumRecordLength} characters. Is a quote left open?`, { cause: error });
  }
  if (code === 'CSV_QUOTE_NOT_CLOSED') {
    return new DlError('data', `${file}: the quote opened near line ${lines} is never closed.`, { cause: error });
  }
  if (lines !== undefined) {
    return new DlError('data', `${at} is malformed: ${(error as Error).message.slice(0, 200)}`, { cause: error });
  }
  return fileError(file, error);
}

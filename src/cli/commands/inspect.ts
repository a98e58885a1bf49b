import { readFile } from 'node:fs/promises';
import { DlError } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { textTable } from '../../core/text-table.ts';
import { modelFileFormat } from '../../packed/model-file.ts';
import { type ReadModelFile, readModelFile } from '../../packed/read-model-file.ts';
import { readSafetensors, type SafetensorsFile } from '../../packed/safetensors.ts';
import type { Command } from '../command.ts';

const help = `dl-project inspect <file.safetensors>     print what a packed model, a checkpoint or any safetensors file holds`;

/** Longer values of the metadata are cut: a topology has thousands of letters. */
const shownLetters = 80;

/** `dl-project inspect model.safetensors`: metadata and tensors; of a packed model also how each weight is stored. */
export const inspect: Command = {
  help,
  async run(args) {
    const [path, ...rest] = args;
    if (path === undefined || path.startsWith('-') || rest.length > 0) {
      throw new DlError('usage', `inspect takes one file.\n${help}`);
    }
    const bytes = await readBytes(path);
    const file = readSafetensors(bytes);
    const sections = [`  ${path}   ${formatBytes(bytes.length)}`, metadataTable(file), tensorTable(file)];
    if (file.metadata.format === modelFileFormat) sections.push(weightTable(readModelFile(bytes), bytes.length));
    process.stdout.write(`${sections.filter(Boolean).join('\n\n')}\n`);
    return 0;
  },
};

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new DlError('missing', `${path} ${why}. inspect takes a safetensors file, for example runs/.../model.safetensors.`, { cause });
  }
}

function metadataTable({ metadata }: SafetensorsFile): string {
  const rows = Object.entries(metadata).map(([key, value]) => [
    key,
    value.length <= shownLetters ? value : `${value.slice(0, shownLetters)} ... (${formatBytes(value.length)})`,
  ]);
  return rows.length === 0 ? '' : table(['metadata', 'value'], [], rows);
}

function tensorTable({ tensors }: SafetensorsFile): string {
  const rows = [...tensors].map(([name, { dtype, shape, bytes }]) => [name, dtype, shown(shape), formatCount(bytes.length)]);
  return table(['tensor', 'type', 'shape', 'bytes'], ['bytes'], rows);
}

function weightTable({ weights, stored }: ReadModelFile, fileBytes: number): string {
  let asFloatBytes = 0;
  const rows = [...weights].map(([name, { shape, values }]) => {
    asFloatBytes += values.byteLength;
    const kept = values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
    const { form = '', sizeBytes = 0 } = stored.get(name) ?? {};
    return [name, shown(shape), form, formatCount(kept), formatCount(values.byteLength), formatCount(sizeBytes)];
  });
  const columns = ['weight', 'shape', 'stored as', 'not zero', 'float32 bytes', 'bytes'];
  const total = `  ${formatBytes(asFloatBytes)} as float32, ${formatBytes(fileBytes)} in this file: ${(asFloatBytes / fileBytes).toFixed(1)}x smaller`;
  return `${table(columns, columns.slice(3), rows)}\n${total}`;
}

function table(titles: readonly string[], numbers: readonly string[], rows: readonly (readonly string[])[]): string {
  return textTable(
    titles.map((title) => ({ title, align: numbers.includes(title) ? 'right' : 'left' })),
    rows.map((cells) => cells.map(printable)),
  );
}

/** Names and metadata may come from anyone: what would move the cursor or colour the terminal is written as `\u001b`. */
function printable(cell: string): string {
  return cell.replace(/\p{Control}/gu, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function shown(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

import { DlError } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { textTable } from '../../core/text-table.ts';
import { modelFileFormat } from '../../packed/model-file.ts';
import { readModelFile } from '../../packed/read-model-file.ts';
import { readSafetensors, type SafetensorsFile } from '../../packed/safetensors.ts';
import { describeModelFile, summarizeModelFile } from '../../reporting/describe-model-file.ts';
import type { Command } from '../command.ts';
import { naming, readGivenFile } from '../read-given-file.ts';

const help = `dl-project inspect <file.safetensors>          print what a packed model, a checkpoint or any safetensors file holds
dl-project inspect <file.safetensors> json     the same for programs`;

/** Longer values of the metadata are cut: a topology has thousands of letters. */
const shownLetters = 80;

/** `dl-project inspect model.safetensors`: a packed model with its layers and how each weight is stored; of other files metadata and tensors. */
export const inspect: Command = {
  help,
  async run(args) {
    const [path, form, ...rest] = args;
    if (path === undefined || path.startsWith('-') || (form !== undefined && form !== 'json') || rest.length > 0) {
      throw new DlError('usage', `inspect takes one file, and json where a program reads it.\n${help}`);
    }
    const bytes = await readGivenFile(path, 'inspect takes a safetensors file, for example runs/.../model.safetensors.');
    const file = await naming(path, () => readSafetensors(bytes));
    const isModel = file.metadata.format === modelFileFormat;
    const describe = () =>
      isModel ? describeModelFile(path, readModelFile(bytes), bytes.length) : describeTensors(path, file, bytes.length);
    process.stdout.write(`${await naming(path, () => (form === 'json' ? asJson(file, bytes, isModel) : describe()))}\n`);
    return 0;
  },
};

function asJson({ tensors, metadata }: SafetensorsFile, bytes: Uint8Array, isModel: boolean): string {
  return JSON.stringify(isModel ? modelAsJson(bytes) : { sizeBytes: bytes.length, metadata, tensors: tensorList(tensors) }, null, 2);
}

function modelAsJson(bytes: Uint8Array) {
  const file = readModelFile(bytes);
  const { topology, features, metrics, recipe, activations } = file;
  return { ...summarizeModelFile(file, bytes.length), metrics, recipe, activations: Object.fromEntries(activations), features, topology };
}

function tensorList(tensors: SafetensorsFile['tensors']) {
  return Array.from(tensors, ([name, { dtype, shape, bytes }]) => ({ name, dtype, shape, sizeBytes: bytes.length }));
}

function describeTensors(path: string, { tensors, metadata }: SafetensorsFile, sizeBytes: number): string {
  const values = Object.entries(metadata).map(([key, value]) => [
    key,
    value.length <= shownLetters ? value : `${value.slice(0, shownLetters)} ... (${formatBytes(value.length)})`,
  ]);
  const rows = tensorList(tensors).map(({ name, dtype, shape, sizeBytes: size }) => [
    name,
    dtype,
    `[${shape.join(', ')}]`,
    formatCount(size),
  ]);
  return [
    `  ${path}   ${formatBytes(sizeBytes)}`,
    ...(values.length === 0 ? [] : [table(['metadata', 'value'], values)]),
    table(['tensor', 'type', 'shape', 'bytes'], rows),
  ].join('\n\n');
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return textTable(
    titles.map((title) => ({ title, align: title === 'bytes' ? 'right' : 'left' })),
    rows.map((cells) => cells.map(printable)),
  );
}

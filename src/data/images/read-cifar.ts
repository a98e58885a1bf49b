import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DlError } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { fileError } from '../file-error.ts';
import { ImageDataset } from './image-dataset.ts';

export interface ReadCifarOptions {
  /** Which of the two labels of CIFAR-100 is learnt: one of 100 classes, or one of 20 groups of them. @default 'fine' */
  readonly labels?: 'fine' | 'coarse';
}

const side = 32;
const plane = side * side;
const pixelBytes = 3 * plane;
const largestFileBytes = 2 ** 30;
const recordsAtOnce = 1000;

/** How the files of one of the two sets are made. */
interface Layout {
  /** The folder that the archive unpacks to. */
  readonly archiveFolder: string;
  readonly files: { readonly train: readonly string[]; readonly test: readonly string[] };
  /** Bytes before the pixels of each image. */
  readonly labelBytes: number;
  /** Which of them is the label. */
  readonly labelAt: number;
  readonly nameFile: string;
  readonly classes: number;
}

const cifar10: Layout = {
  archiveFolder: 'cifar-10-batches-bin',
  files: { train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`), test: ['test_batch.bin'] },
  labelBytes: 1,
  labelAt: 0,
  nameFile: 'batches.meta.txt',
  classes: 10,
};

const cifar100 = { archiveFolder: 'cifar-100-binary', files: { train: ['train.bin'], test: ['test.bin'] }, labelBytes: 2 };
const cifar100Fine: Layout = { ...cifar100, labelAt: 1, nameFile: 'fine_label_names.txt', classes: 100 };
const cifar100Coarse: Layout = { ...cifar100, labelAt: 0, nameFile: 'coarse_label_names.txt', classes: 20 };

/**
 * Reads CIFAR-10 in its binary version (A. Krizhevsky, 2009): `data_batch_1.bin` ... `data_batch_5.bin`, those that are there, or `test_batch.bin`,
 * from a folder or from `cifar-10-batches-bin` in it. Class names come from `batches.meta.txt`, without it they are numbers.
 * @throws DlError `missing` with the names that were looked for, `data` if a file is cut off or of another kind
 */
export function readCifar10(folder: string, part: 'train' | 'test'): Promise<ImageDataset> {
  return readCifar(folder, part, cifar10);
}

/**
 * Reads CIFAR-100 in its binary version: `train.bin` or `test.bin` from a folder or from `cifar-100-binary` in it. Class names come from
 * `fine_label_names.txt` or `coarse_label_names.txt`.
 * @throws DlError as `readCifar10`
 */
export async function readCifar100(
  folder: string,
  part: 'train' | 'test',
  { labels = 'fine' }: ReadCifarOptions = {},
): Promise<ImageDataset> {
  if (labels !== 'fine' && labels !== 'coarse') {
    throw new DlError('config', `data.labels is ${JSON.stringify(labels)}; it must be "fine" (100 classes) or "coarse" (20).`);
  }
  return readCifar(folder, part, labels === 'fine' ? cifar100Fine : cifar100Coarse);
}

async function readCifar(folder: string, part: 'train' | 'test', layout: Layout): Promise<ImageDataset> {
  const { place, names } = await findFolder(folder, layout);
  const wanted = layout.files[part];
  const files = wanted.filter((name) => names.includes(name)).map((name) => join(place, name));
  if (files.length === 0) {
    const shown =
      names.length === 0 ? 'The folder is empty.' : `The folder has ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', ...' : ''}.`;
    throw new DlError('missing', `No ${part} images in ${place}: looked for ${wanted.join(', ')}. ${shown}`);
  }
  const record = layout.labelBytes + pixelBytes;
  const counts = await Promise.all(files.map((file) => countRecords(file, record)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const pixels = new Uint8Array(total * pixelBytes);
  const labels = new Uint8Array(total);
  let first = 0;
  for (let i = 0; i < files.length; i++) {
    await readRecords(files[i], layout, pixels.subarray(first * pixelBytes), labels.subarray(first, first + counts[i]));
    first += counts[i];
  }
  const classNames = await readNames(join(place, layout.nameFile), layout.classes);
  return new ImageDataset({ name: files.join(', '), pixels, labels, shape: [side, side, 3], classNames });
}

async function findFolder(folder: string, { archiveFolder }: Layout): Promise<{ place: string; names: string[] }> {
  try {
    const names = await readdir(folder);
    if (!names.includes(archiveFolder)) return { place: folder, names };
    const place = join(folder, archiveFolder);
    return { place, names: await readdir(place) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(folder, error);
    throw new DlError('missing', `There is no folder ${folder}. data.folder must name the folder of the CIFAR files.`, { cause: error });
  }
}

/** The number of images, from the size of the file alone. */
async function countRecords(file: string, record: number): Promise<number> {
  try {
    const { size } = await stat(file);
    if (size > 0 && size % record === 0 && size <= largestFileBytes) return size / record;
    const rest = size % record === 0 ? '' : ` and ${formatCount(size % record)} bytes are left over: it is cut off, or of another kind`;
    const holds =
      size > largestFileBytes ? `is ${formatBytes(size)} large, too much for CIFAR` : `holds ${Math.floor(size / record)} images${rest}`;
    throw new DlError(
      'data',
      `${file} ${size === 0 ? 'is empty' : holds}. An image takes ${formatCount(record)} bytes; fetch the file again.`,
    );
  } catch (error) {
    throw fileError(file, error);
  }
}

/** The file has the colours of an image one after the other, `[channels, height, width]`. */
async function readRecords(file: string, { labelBytes, labelAt }: Layout, pixels: Uint8Array, labels: Uint8Array): Promise<void> {
  const record = labelBytes + pixelBytes;
  const buffer = Buffer.alloc(Math.min(labels.length, recordsAtOnce) * record);
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    for (let first = 0; first < labels.length; first += recordsAtOnce) {
      const count = Math.min(recordsAtOnce, labels.length - first);
      const { bytesRead } = await handle.read(buffer, 0, count * record, first * record);
      if (bytesRead < count * record) throw new DlError('data', `${file} became shorter while it was read.`);
      for (let i = 0; i < count; i++) {
        const from = i * record;
        labels[first + i] = buffer[from + labelAt];
        const to = (first + i) * pixelBytes;
        for (let at = 0; at < plane; at++) {
          for (let c = 0; c < 3; c++) pixels[to + 3 * at + c] = buffer[from + labelBytes + c * plane + at];
        }
      }
    }
  } catch (error) {
    throw fileError(file, error);
  } finally {
    await handle?.close();
  }
}

async function readNames(file: string, classes: number): Promise<string[]> {
  try {
    const names = (await readFile(file, 'utf8'))
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean);
    if (names.length === classes) return names;
    throw new DlError('data', `${file} names ${names.length} classes; there are ${classes}.`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Array.from({ length: classes }, (_, i) => `${i}`);
    throw fileError(file, error);
  }
}

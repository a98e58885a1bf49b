import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DlError } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import { fileError } from '../file-error.ts';
import { ImageDataset } from './image-dataset.ts';
import { readIdx } from './read-idx.ts';

export interface ReadIdxImagesOptions {
  /** What label i is called. @default '0' ... '9' */
  readonly classNames?: readonly string[];
}

const prefixes = { train: ['train'], test: ['t10k', 'test'] };

/**
 * Reads labelled images from the IDX files of a folder, named as MNIST's are: `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`,
 * for the test part `t10k-...` or `test-...`; also with `.idx3-ubyte`, each plain or with `.gz`. Colour images are `idx4` files.
 * @throws DlError `missing` with the names that were looked for, `data` if a file is damaged or images and labels do not fit together
 */
export async function readIdxImages(
  folder: string,
  part: 'train' | 'test',
  { classNames = Array.from('0123456789') }: ReadIdxImagesOptions = {},
): Promise<ImageDataset> {
  const names = await listFolder(folder);
  const imageFile = join(folder, findFile(folder, names, part, 'images'));
  const labelFile = join(folder, findFile(folder, names, part, 'labels'));
  const labels = await readIdx(labelFile);
  if (labels.shape.length !== 1) {
    throw new DlError('data', `${labelFile} holds ${labels.shape.join(' x ')} bytes, not a list of labels. Are images and labels swapped?`);
  }
  const images = await readIdx(imageFile);
  const [count, height, width, channels = 1] = images.shape;
  if (images.shape.length !== 3 && images.shape.length !== 4) {
    throw new DlError('data', `${imageFile} holds ${images.shape.join(' x ')} bytes, not images x height x width (x channels).`);
  }
  if (count !== labels.values.length) {
    const counts = `${formatCount(count)} images but ${labelFile} has ${formatCount(labels.values.length)} labels`;
    throw new DlError('data', `${imageFile} has ${counts}: they do not belong together.`);
  }
  if (count === 0 || height * width * channels === 0) throw new DlError('data', `${imageFile} has no images.`);
  return new ImageDataset({ name: labelFile, pixels: images.values, labels: labels.values, shape: [height, width, channels], classNames });
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(folder, error);
    throw new DlError('missing', `There is no folder ${folder}. data.folder must name the folder of the IDX files.`, { cause: error });
  }
}

function findFile(folder: string, names: readonly string[], part: 'train' | 'test', kind: 'images' | 'labels'): string {
  const ranks = kind === 'images' ? [3, 4] : [1];
  const wanted = prefixes[part].flatMap((prefix) =>
    ['-', '.'].flatMap((dot) => ranks.map((rank) => `${prefix}-${kind}${dot}idx${rank}-ubyte`)),
  );
  const found = wanted.flatMap((name) => [name, `${name}.gz`]).find((name) => names.includes(name));
  if (found) return found;
  const shown =
    names.length === 0 ? 'The folder is empty.' : `The folder has ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', ...' : ''}.`;
  throw new DlError('missing', `No ${part} ${kind} in ${folder}: looked for ${wanted.join(', ')}, each also with .gz. ${shown}`);
}

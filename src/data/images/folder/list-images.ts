import { type Dirent, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { DlError } from '../../../core/errors.ts';
import { fileError } from '../../file-error.ts';

const extensions = ['.png', '.jpg', '.jpeg', '.webp', '.bmp', '.tif', '.tiff'];

/** The image files of a folder with one sub-folder per class. */
export interface ListedImages {
  /** The names of the sub-folders, sorted as Keras' image_dataset_from_directory does: by character codes. */
  readonly classNames: readonly string[];
  /** Sorted within each class, one class after the other. */
  readonly files: readonly string[];
  /** The class number of each file. */
  readonly labels: Int32Array;
}

/**
 * Lists `<folder>/<class>/**` by their names, without opening them. Hidden files and folders, and files of other kinds, are passed over.
 * @param knownClasses the classes a test set may have. @default the sub-folders
 * @throws DlError `missing` without the folder, `data` for no classes, a class without images, or a class that training does not know
 */
export function listImages(folder: string, knownClasses?: readonly string[]): ListedImages {
  const found = subfolders(folder);
  const foreign = knownClasses && found.find((name) => !knownClasses.includes(name));
  if (foreign !== undefined) {
    throw new DlError('data', `${folder} has the class ${foreign}, which the training images do not have: ${shorten(knownClasses ?? [])}.`);
  }
  const classNames = knownClasses ?? found;
  const files: string[] = [];
  const labels: number[] = [];
  classNames.forEach((name, label) => {
    const images = found.includes(name) ? imagesBelow(join(folder, name)).sort() : [];
    if (images.length === 0 && !knownClasses) {
      throw new DlError('data', `${join(folder, name)} has no images (${extensions.join(' ')}). Each folder in ${folder} is a class.`);
    }
    for (const file of images) {
      files.push(file);
      labels.push(label);
    }
  });
  if (files.length === 0) throw new DlError('data', `${folder} has no images: it must hold one folder per class, with images in it.`);
  return { classNames, files, labels: Int32Array.from(labels) };
}

/** The names of the folders in a folder, sorted, without hidden ones. */
export function subfolders(folder: string): string[] {
  return entries(folder)
    .filter((entry) => isFolder(folder, entry))
    .map((entry) => entry.name)
    .sort();
}

function imagesBelow(folder: string): string[] {
  return entries(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return imagesBelow(path); // links are not followed here: they could lead in a circle
    return extensions.includes(extname(entry.name).toLowerCase()) ? [path] : [];
  });
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError(folder, error);
    throw new DlError('missing', `There is no folder ${folder}. It must hold one folder per class, with images in it.`, { cause: error });
  }
}

function isFolder(parent: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return statSync(join(parent, entry.name), { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function shorten(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')}, ...` : names.join(', ');
}

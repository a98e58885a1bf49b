import { join } from 'node:path';
import { DlError } from '../../../core/errors.ts';
import { fitImage } from '../../../core/pictures/fit-image.ts';
import type { DataSource } from '../../define-dataset.ts';
import type { Features } from '../../features.ts';
import { splitPositions } from '../../split.ts';
import { BackgroundFinder } from '../background-finder.ts';
import { loadImageDecoder } from '../decode-image.ts';
import { ImageFilesDataset, pixelCache } from './image-files-dataset.ts';
import { type ListedImages, listImages, subfolders } from './list-images.ts';

export interface ReadImageFolderOptions {
  /** What every image is made to fit, in pixels, without distorting it. @default 32 */
  readonly height?: number;
  /** @default 32 */
  readonly width?: number;
  /** 1 makes the images grey, 3 coloured. @default 3 */
  readonly channels?: number;
  /** Share of the images kept for the test where there is no `test/`; the same ones for every seed. @default 0.2 */
  readonly testSplit?: number;
  /** Keeps the decoded pixels in memory. @default false */
  readonly cache?: boolean;
  /** `skip` leaves images out that cannot be decoded, and counts them. @default 'error' */
  readonly onCorrupt?: 'error' | 'skip';
}

const largestSide = 4096;

/**
 * Images in one folder per class: `<folder>/<class>/*.png`, or with an official split `<folder>/train/<class>/` and `<folder>/test/<class>/`
 * (and `validation/`, if there). Only names are read here; every image is decoded when its batch is asked for.
 * Class names are sorted as Keras' image_dataset_from_directory sorts them.
 * @throws DlError `missing` without the folder or the package @napi-rs/image, `data` as `listImages`, `config` for sizes that cannot be
 */
export async function readImageFolder(folder: string, options: ReadImageFolderOptions = {}): Promise<DataSource> {
  const { height = 32, width = 32, channels = 3, testSplit = 0.2 } = options;
  checkShape(height, width, channels);
  const { cache = false, onCorrupt = 'error' } = options;
  if (onCorrupt !== 'error' && onCorrupt !== 'skip') {
    throw new DlError('config', `data.onCorrupt is ${JSON.stringify(onCorrupt)}; it must be "error" or "skip".`);
  }
  const parts = subfolders(folder);
  const isSplit = parts.includes('train');
  if (!isSplit && parts.includes('test')) {
    throw new DlError('data', `${folder} has test/ but no train/. Put the training images into ${join(folder, 'train')}/<class>/.`);
  }
  const listed = listImages(isSplit ? join(folder, 'train') : folder);
  if (listed.classNames.length < 2) {
    throw new DlError('data', `${folder} has one folder of images, ${listed.classNames[0]}; at least 2 classes are needed.`);
  }
  const features = await featuresOf(listed, [height, width, channels]);
  const open = ({ files, labels }: Pick<ListedImages, 'files' | 'labels'>) =>
    ImageFilesDataset.open({
      files,
      labels,
      features,
      onCorrupt,
      ...(cache && { cache: pixelCache(files.length, features.inputShape) }),
    });

  const official = (part: string) => listImages(join(folder, part), listed.classNames);
  if (isSplit && parts.includes('test')) {
    return {
      train: await open(listed),
      ...(parts.includes('validation') && { validation: await open(official('validation')) }),
      test: async () => open(official('test')),
    };
  }
  const split = splitPositions({ length: listed.files.length, labels: listed.labels }, testSplit, 0, 'test');
  return { train: await open(pick(listed, split.train)), test: () => open(pick(listed, split.validation)) };
}

async function featuresOf({ files, classNames }: ListedImages, inputShape: readonly [number, number, number]): Promise<Features> {
  const features: Features = {
    task: 'classification',
    inputShape,
    outputs: classNames.length,
    outputNames: classNames,
    preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
  };
  return inputShape[2] === 1 ? { ...features, ...(await findBackground(files, features)) } : features;
}

/** Looks at some images of the whole list. One that cannot be read says nothing here; it is named when its batch is. */
async function findBackground(files: readonly string[], features: Features): Promise<Pick<Features, 'background'>> {
  const decode = await loadImageDecoder();
  const finder = new BackgroundFinder();
  const step = Math.max(1, Math.floor(files.length / 50));
  for (let i = 0; i < files.length; i += step) {
    try {
      const { pixels, height, width } = fitImage(decode(files[i]), features).picture;
      finder.look(pixels, height, width);
    } catch (error) {
      if (!(error instanceof DlError)) throw error;
    }
  }
  return finder.result();
}

function pick({ files, labels }: ListedImages, positions: Uint32Array): Pick<ListedImages, 'files' | 'labels'> {
  return { files: Array.from(positions, (i) => files[i]), labels: Int32Array.from(positions, (i) => labels[i]) };
}

function checkShape(height: number, width: number, channels: number): void {
  for (const [name, side] of Object.entries({ height, width })) {
    if (!Number.isInteger(side) || side < 1 || side > largestSide) {
      throw new DlError('config', `data.${name} is ${side}; it must be a whole number of pixels from 1 to ${largestSide}.`);
    }
  }
  if (channels !== 1 && channels !== 3) throw new DlError('config', `data.channels is ${channels}; it must be 1 (grey) or 3 (coloured).`);
}

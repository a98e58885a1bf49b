import { setImmediate as nextTurn } from 'node:timers/promises';
import { DlError } from '../../../core/errors.ts';
import { formatBytes } from '../../../core/format.ts';
import { fitImage } from '../../../core/pictures/fit-image.ts';
import type { Batch, Dataset, DatasetOpener, RawSample, SkippedSample } from '../../dataset.ts';
import type { Features } from '../../features.ts';
import { type ImageDecoder, loadImageDecoder } from '../decode-image.ts';

/** Plain values, so that other threads can open the same dataset. */
export interface ImageFilesOptions {
  readonly files: readonly string[];
  /** The class number of each file. */
  readonly labels: Int32Array;
  /** What the images are made to fit; its preprocessing is a scale. */
  readonly features: Features;
  /** `skip` leaves an image that cannot be decoded out of its batch, and counts it. @default 'error' */
  readonly onCorrupt?: 'error' | 'skip';
  /** Where decoded pixels are kept for the next epoch; threads share it. @default nothing is kept */
  readonly cache?: PixelCache;
}

interface PixelCache {
  /** One byte per value, image after image. */
  readonly pixels: Uint8Array<SharedArrayBuffer>;
  /** 1 where the image's pixels are there. */
  readonly filled: Uint8Array<SharedArrayBuffer>;
}

const largestCacheBytes = 4 * 2 ** 30;

/** Labelled image files, decoded anew whenever they are asked for, so that memory does not grow with their number. */
export class ImageFilesDataset implements Dataset {
  readonly features: Features;
  readonly labels: Int32Array;
  readonly opener: DatasetOpener;
  readonly #options: ImageFilesOptions;
  readonly #decode: ImageDecoder;
  /** Values of one image. */
  readonly #size: number;
  readonly #skipped = new Map<number, SkippedSample>();

  private constructor(options: ImageFilesOptions, decode: ImageDecoder) {
    this.features = options.features;
    this.labels = options.labels;
    this.opener = { module: import.meta.url, options };
    this.#options = options;
    this.#decode = decode;
    this.#size = options.features.inputShape.reduce((a, b) => a * b, 1);
  }

  /** @throws DlError `missing` without the package @napi-rs/image */
  static async open(options: ImageFilesOptions): Promise<ImageFilesDataset> {
    return new ImageFilesDataset(options, await loadImageDecoder());
  }

  get length(): number {
    return this.labels.length;
  }

  get skipped(): readonly SkippedSample[] {
    return [...this.#skipped.values()];
  }

  /** @throws DlError `data` with the path of an image that cannot be decoded, unless `onCorrupt` is `skip` */
  async get(indices: ArrayLike<number>): Promise<Batch> {
    const { preprocessing } = this.features;
    const { scale, offset } = preprocessing.kind === 'scale' ? preprocessing : { scale: 1, offset: 0 };
    const size = this.#size;
    const inputs = new Float32Array(indices.length * size);
    const kept: number[] = [];
    for (let i = 0; i < indices.length; i++) {
      const pixels = this.#tryPixels(indices[i]);
      if (!pixels) continue;
      const to = kept.length * size;
      for (let j = 0; j < size; j++) inputs[to + j] = pixels[j] * scale + offset;
      kept.push(indices[i]);
    }
    await nextTurn(); // what the decoder holds of images that are gone is freed between two turns of the event loop only
    const targets = Int32Array.from(kept, (index) => this.labels[index]);
    if (kept.length === indices.length) return { size: kept.length, inputs, targets };
    return { size: kept.length, inputs: inputs.slice(0, kept.length * size), targets, indices: Uint32Array.from(kept) };
  }

  raw(index: number): RawSample {
    const [height, width, channels] = this.features.inputShape;
    return { kind: 'image', shape: [height, width, channels], pixels: this.#pixels(index) };
  }

  #tryPixels(index: number): Uint8Array | undefined {
    try {
      return this.#pixels(index);
    } catch (error) {
      if (this.#options.onCorrupt !== 'skip' || !(error instanceof DlError) || error.code !== 'data') throw error;
      this.#skipped.set(index, { index, reason: error.message });
      return undefined;
    }
  }

  #pixels(index: number): Uint8Array {
    const { files, features, cache } = this.#options;
    const start = index * this.#size;
    if (cache && Atomics.load(cache.filled, index)) return cache.pixels.slice(start, start + this.#size);
    const { pixels } = fitImage(this.#decode(files[index]), features).picture;
    if (cache) {
      cache.pixels.set(pixels, start);
      Atomics.store(cache.filled, index, 1);
    }
    return pixels;
  }
}

/** What `Dataset.opener` names: called in another thread. */
export function openDataset(options: ImageFilesOptions): Promise<Dataset> {
  return ImageFilesDataset.open(options);
}

/** Room for the pixels of `count` images. @throws DlError `refused` if that is more than 4 GB */
export function pixelCache(count: number, shape: readonly number[]): PixelCache {
  const size = shape.reduce((a, b) => a * b, count);
  if (size > largestCacheBytes) {
    throw new DlError(
      'refused',
      `data.cache=true would keep ${formatBytes(size)} in memory. Leave it out: images are then decoded each time.`,
    );
  }
  return { pixels: new Uint8Array(new SharedArrayBuffer(size)), filled: new Uint8Array(new SharedArrayBuffer(count)) };
}

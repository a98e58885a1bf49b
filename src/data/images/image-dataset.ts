import { DlError } from '../../core/errors.ts';
import type { Batch, Dataset, RawSample } from '../dataset.ts';
import type { Features } from '../features.ts';
import { BackgroundFinder } from './background-finder.ts';

export interface ImageDatasetOptions {
  /** Where the images come from, for errors. @default 'images' */
  readonly name?: string;
  /** Bytes 0 ... 255 in the order `[images, height, width, channels]`. Kept, not copied. */
  readonly pixels: Uint8Array;
  /** `[images]` class numbers. Kept, not copied. */
  readonly labels: Uint8Array;
  readonly shape: readonly [height: number, width: number, channels: number];
  /** What class i is called. */
  readonly classNames: readonly string[];
}

/** Labelled images in memory, one byte per value; the model sees pixel / 255. */
export class ImageDataset implements Dataset {
  readonly features: Features;
  readonly labels: Uint8Array;
  readonly #pixels: Uint8Array;
  readonly #shape: readonly [number, number, number];

  /** @throws DlError `data` if the numbers of pixels and labels do not fit together, or a label names no class */
  constructor({ name = 'images', pixels, labels, shape, classNames }: ImageDatasetOptions) {
    const size = shape[0] * shape[1] * shape[2];
    if (pixels.length !== labels.length * size) {
      throw new DlError('data', `${name}: ${pixels.length} pixels are not ${labels.length} labels x ${shape.join(' x ')}.`);
    }
    const wrong = labels.findIndex((label) => label >= classNames.length);
    if (wrong >= 0) {
      const allowed = `with ${classNames.length} class names it must be 0 ... ${classNames.length - 1}`;
      throw new DlError('data', `${name}: the label of image ${wrong} is ${labels[wrong]}; ${allowed}.`);
    }
    this.labels = labels;
    this.#pixels = pixels;
    this.#shape = shape;
    this.features = {
      task: 'classification',
      inputShape: shape,
      outputs: classNames.length,
      outputNames: classNames,
      preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
      ...(shape[2] === 1 && findBackground(pixels, labels.length, shape)),
    };
  }

  get length(): number {
    return this.labels.length;
  }

  get(indices: ArrayLike<number>): Batch {
    const size = indices.length;
    const pixels = this.#pixels;
    const pixelCount = this.#shape[0] * this.#shape[1] * this.#shape[2];
    const inputs = new Float32Array(size * pixelCount);
    const targets = new Int32Array(size);
    for (let row = 0, to = 0; row < size; row++) {
      const index = indices[row];
      targets[row] = this.labels[index];
      const end = (index + 1) * pixelCount;
      for (let from = index * pixelCount; from < end; from++) inputs[to++] = pixels[from] * (1 / 255);
    }
    return { size, inputs, targets };
  }

  raw(index: number): RawSample {
    const size = this.#shape[0] * this.#shape[1] * this.#shape[2];
    return { kind: 'image', shape: this.#shape, pixels: this.#pixels.slice(index * size, (index + 1) * size) };
  }
}

/** Looks at the first 200 images. */
function findBackground(pixels: Uint8Array, count: number, [height, width]: readonly number[]): Pick<Features, 'background'> {
  const finder = new BackgroundFinder();
  const size = height * width;
  for (let i = 0; i < Math.min(count, 200); i++) finder.look(pixels.subarray(i * size, (i + 1) * size), height, width);
  return finder.result();
}

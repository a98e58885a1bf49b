import type { AugmentationSettings } from './augmentation/augmentation-settings.ts';
import { ImageAugmenter } from './augmentation/image-augmenter.ts';
import type { Batch, Dataset } from './dataset.ts';

/** What is done to batches after they were read. Plain values, so that other threads can do it too. */
export interface ReadingOptions {
  /** @default nothing is changed */
  readonly augmentation?: Partial<AugmentationSettings>;
  /** Of the augmentation. @default 0 */
  readonly seed?: number;
  /** How much a sample of each class counts, `[classes]`. @default all alike */
  readonly classWeights?: Float32Array;
}

/** Reads batches as training wants them: a pure function of positions and epoch, in whatever thread. */
export class BatchReader {
  readonly #dataset: Dataset;
  readonly #augmenter: ImageAugmenter | undefined;
  readonly #classWeights: Float32Array | undefined;

  /** @throws DlError `config` for an augmentation that does not fit the data */
  constructor(dataset: Dataset, { augmentation = {}, seed = 0, classWeights }: ReadingOptions = {}) {
    this.#dataset = dataset;
    this.#augmenter = ImageAugmenter.changes(augmentation) ? new ImageAugmenter(augmentation, dataset.features, seed) : undefined;
    this.#classWeights = classWeights;
  }

  /** The samples at these positions of the dataset. */
  async read(indices: ArrayLike<number>, epoch: number): Promise<Batch> {
    const batch = await this.#dataset.get(indices);
    return batch.size === 0 ? batch : this.finish(batch, batch.indices ?? indices, epoch);
  }

  /** Changes and weighs a batch that was read. */
  finish(batch: Batch, indices: ArrayLike<number>, epoch: number): Batch {
    const changed = this.#augmenter?.apply(batch, indices, epoch) ?? batch;
    return this.#classWeights ? { ...changed, weights: weigh(changed, this.#classWeights) } : changed;
  }
}

/** A blended sample counts as its classes do, in their shares. */
function weigh({ size, targets, softTargets }: Batch, classWeights: Float32Array): Float32Array {
  if (!softTargets) return Float32Array.from({ length: size }, (_, i) => classWeights[targets[i]]);
  const classes = classWeights.length;
  return Float32Array.from({ length: size }, (_, i) =>
    classWeights.reduce((sum, weight, c) => sum + weight * softTargets[i * classes + c], 0),
  );
}

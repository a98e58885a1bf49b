import { DlError } from '../../core/errors.ts';
import { RandomStream } from '../../core/random.ts';
import type { Batch } from '../dataset.ts';
import type { Features } from '../features.ts';
import { type AugmentationSettings, augmentationSchema, noAugmentation } from './augmentation-settings.ts';
import { drawChoices } from './image-choices.ts';
import { mixBatch } from './mix-batch.ts';
import { moveImage } from './move-image.ts';
import { shadeImage } from './shade-image.ts';

/**
 * Changes the images of training batches. What happens to an image is a pure function of seed, epoch and its position in the dataset
 * (which one it is blended with: of the batch it is in), so that a resumed run sees what it would have seen.
 */
export class ImageAugmenter {
  readonly settings: AugmentationSettings;
  readonly seed: number;
  readonly #features: Features;
  /** Black and white as the model gets them. */
  readonly #range: { readonly low: number; readonly high: number };

  /** @throws DlError `config` for a setting out of its range, or for data that is no images */
  constructor(settings: Partial<AugmentationSettings>, features: Features, seed: number) {
    this.settings = { ...noAugmentation, ...settings };
    this.seed = seed;
    this.#features = features;
    const { preprocessing, inputShape } = features;
    const { scale, offset } = preprocessing.kind === 'scale' ? preprocessing : { scale: 1, offset: 0 };
    this.#range = { low: Math.min(offset, 255 * scale + offset), high: Math.max(offset, 255 * scale + offset) };
    for (const [name, value] of Object.entries(settings)) checkSetting(name, value);
    const used = Object.entries(this.settings).find(([name, value]) => value !== noAugmentation[name as keyof AugmentationSettings]);
    if (used && inputShape.length !== 3) {
      throw new DlError(
        'config',
        `data.augmentation.${used[0]} changes images, but this data has inputs of shape [${inputShape}]. Leave it out.`,
      );
    }
  }

  /** Whether anything is changed at all. */
  static changes(settings: Partial<AugmentationSettings>): boolean {
    return Object.entries(settings).some(
      ([name, value]) => value !== undefined && value !== noAugmentation[name as keyof AugmentationSettings],
    );
  }

  /**
   * The batch with its images changed; its own arrays may be reused.
   * @param indices the positions in the dataset of the batch's samples
   */
  apply(batch: Batch, indices: ArrayLike<number>, epoch: number): Batch {
    const { inputs, size } = batch;
    const { inputShape } = this.#features;
    const [height, width] = inputShape;
    const values = inputs.length / size;
    const changed = new Float32Array(inputs.length);
    const shares = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const choices = drawChoices(new RandomStream(this.seed, 'augment', epoch, indices[i]), this.settings, height, width);
      const image = changed.subarray(i * values, (i + 1) * values);
      moveImage(inputs.subarray(i * values, (i + 1) * values), image, inputShape, choices);
      shadeImage(image, inputShape, choices, { ...this.#range, cutout: this.settings.cutout });
      shares[i] = choices.share;
    }
    const result = { ...batch, inputs: changed };
    return this.settings.mixup > 0 ? { ...result, ...mixBatch(result, this.#features, shares) } : result;
  }
}

function checkSetting(name: string, value: unknown): void {
  const known = Object.hasOwn(augmentationSchema, name) ? augmentationSchema[name as keyof AugmentationSettings] : undefined;
  if (!known) throw new DlError('config', `data.augmentation has no ${name}. There are ${Object.keys(augmentationSchema).join(', ')}.`);
  if (value !== undefined && !known[0].safeParse(value).success) {
    throw new DlError('config', `data.augmentation.${name} is ${JSON.stringify(value)}, which is not allowed: ${known[1]}.`);
  }
}

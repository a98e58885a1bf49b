import { z } from 'zod';

/** How training images are changed, anew in every epoch: the `data.augmentation` of config.ts. Zero and 'none' leave things as they are. */
export interface AugmentationSettings {
  /** Mirrors every second image on the average. @default 'none' */
  readonly flip: 'none' | 'horizontal' | 'vertical' | 'both';
  /** Moves the image by up to this many whole pixels, as if it was padded and cropped. @default 0 */
  readonly cropPadding: number;
  /** Moves it by up to this share of its height and width. @default 0 */
  readonly shift: number;
  /** Turns it by up to this many degrees. @default 0 */
  readonly rotate: number;
  /** Makes it larger or smaller by up to this share. @default 0 */
  readonly zoom: number;
  /** Makes it brighter or darker by up to this share of the range from black to white. @default 0 */
  readonly brightness: number;
  /** Multiplies the distance of every pixel from the image's mean by 1 - contrast ... 1 + contrast. @default 0 */
  readonly contrast: number;
  /** Covers a square of this many pixels with the image's mean (DeVries and Taylor, 2017). @default 0 */
  readonly cutout: number;
  /** Blends images and their classes, the share drawn from Beta(mixup, mixup) (Zhang et al., 2018). @default 0 */
  readonly mixup: number;
}

/** Nothing is changed. */
export const noAugmentation: AugmentationSettings = {
  flip: 'none',
  cropPadding: 0,
  shift: 0,
  rotate: 0,
  zoom: 0,
  brightness: 0,
  contrast: 0,
  cutout: 0,
  mixup: 0,
};

/** What each setting may be, and a line about it for help. */
export const augmentationSchema: { readonly [Setting in keyof AugmentationSettings]: readonly [schema: z.ZodType, about: string] } = {
  flip: [z.enum(['none', 'horizontal', 'vertical', 'both']), 'mirrors every second training image'],
  cropPadding: [z.int().min(0).max(1024), 'moves it by up to this many pixels'],
  shift: [z.number().min(0).max(1), 'moves it by up to this share of its size'],
  rotate: [z.number().min(0).max(180), 'turns it by up to this many degrees'],
  zoom: [z.number().min(0).lt(1), 'makes it larger or smaller by up to this share'],
  brightness: [z.number().min(0).max(1), 'makes it brighter or darker by up to this share of the range'],
  contrast: [z.number().min(0).max(1), 'changes its contrast by up to this share'],
  cutout: [z.int().min(0).max(4096), 'covers a square of this many pixels'],
  mixup: [z.number().min(0).max(100), 'blends pairs of images, share drawn from Beta(mixup, mixup)'],
};

import type { RandomStream } from '../../core/random.ts';
import type { AugmentationSettings } from './augmentation-settings.ts';

/** What happens to one image. */
export interface ImageChoices {
  readonly flipX: boolean;
  readonly flipY: boolean;
  /** Whole pixels to the right and down. */
  readonly cropX: number;
  readonly cropY: number;
  /** Pixels to the right and down, with fractions. */
  readonly shiftX: number;
  readonly shiftY: number;
  /** Clockwise, in radians. */
  readonly angle: number;
  /** Above 1 is larger. */
  readonly zoom: number;
  /** Added to every value, as a share of the range. */
  readonly brightness: number;
  /** Factor around the mean. */
  readonly contrast: number;
  /** The centre of the covered square. */
  readonly cutoutX: number;
  readonly cutoutY: number;
  /** The image's own share of the blend, 0 ... 1. */
  readonly share: number;
}

/**
 * Draws what happens to one image of `height` x `width`. Always the same numbers in the same order, whatever is switched on:
 * one more kind of change leaves the others as they were.
 */
export function drawChoices(random: RandomStream, settings: AugmentationSettings, height: number, width: number): ImageChoices {
  const { flip, cropPadding, shift, rotate, zoom, brightness, contrast } = settings;
  const signed = (largest: number) => random.uniform(-largest, largest);
  return {
    flipX: random.uniform() < 0.5 && (flip === 'horizontal' || flip === 'both'),
    flipY: random.uniform() < 0.5 && (flip === 'vertical' || flip === 'both'),
    cropX: Math.floor(random.uniform() * (2 * cropPadding + 1)) - cropPadding,
    cropY: Math.floor(random.uniform() * (2 * cropPadding + 1)) - cropPadding,
    shiftX: signed(shift) * width,
    shiftY: signed(shift) * height,
    angle: (signed(rotate) * Math.PI) / 180,
    zoom: 1 + signed(zoom),
    brightness: signed(brightness),
    contrast: 1 + signed(contrast),
    cutoutX: Math.floor(random.uniform() * width),
    cutoutY: Math.floor(random.uniform() * height),
    share: settings.mixup > 0 ? drawBeta(random, settings.mixup) : 1,
  };
}

/** Beta(alpha, alpha) from two gamma numbers. */
function drawBeta(random: RandomStream, alpha: number): number {
  const a = drawGamma(random, alpha);
  const b = drawGamma(random, alpha);
  return a + b > 0 ? a / (a + b) : 0.5;
}

/** Gamma(alpha, 1) by rejection (Marsaglia and Tsang, 2000); below 1 from Gamma(alpha + 1). */
function drawGamma(random: RandomStream, alpha: number): number {
  if (alpha < 1) return drawGamma(random, alpha + 1) * (1 - random.uniform()) ** (1 / alpha);
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

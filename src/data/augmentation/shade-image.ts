import type { ImageChoices } from './image-choices.ts';

/**
 * Changes brightness and contrast of an image and covers a square of it, in place.
 * @param image `[height, width, channels]`  @param range black and white, which no value leaves
 * @param cutout side of the square in pixels; at the edge less of it is seen
 */
export function shadeImage(
  image: Float32Array,
  shape: readonly number[],
  { brightness, contrast, cutoutX, cutoutY }: ImageChoices,
  { low, high, cutout }: { readonly low: number; readonly high: number; readonly cutout: number },
): void {
  const [height, width, channels] = shape;
  if (brightness === 0 && contrast === 1 && cutout === 0) return;
  const top = cutoutY - (cutout >> 1);
  const left = cutoutX - (cutout >> 1);
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let i = c; i < image.length; i += channels) sum += image[i];
    const mean = sum / (height * width);
    const added = mean + brightness * (high - low);
    if (brightness !== 0 || contrast !== 1) {
      for (let i = c; i < image.length; i += channels) image[i] = Math.min(high, Math.max(low, (image[i] - mean) * contrast + added));
    }
    const covered = Math.min(high, Math.max(low, added));
    for (let y = Math.max(0, top); y < Math.min(height, top + cutout); y++) {
      for (let x = Math.max(0, left); x < Math.min(width, left + cutout); x++) image[(y * width + x) * channels + c] = covered;
    }
  }
}

import type { ImageChoices } from './image-choices.ts';

/**
 * Writes `from` moved, mirrored, turned and zoomed into `to`, both `[height, width, channels]`. What lies outside is taken from the nearest edge.
 * Whole-pixel changes copy values; others blend the four pixels around.
 */
export function moveImage(from: Float32Array, to: Float32Array, shape: readonly number[], choices: ImageChoices): void {
  const { angle, zoom, shiftX, shiftY } = choices;
  if (angle === 0 && zoom === 1 && shiftX === 0 && shiftY === 0) copyPixels(from, to, shape, choices);
  else blendPixels(from, to, shape, choices);
}

function copyPixels(from: Float32Array, to: Float32Array, [height, width, channels]: readonly number[], choices: ImageChoices): void {
  const { flipX, flipY, cropX, cropY } = choices;
  for (let y = 0, at = 0; y < height; y++) {
    const sourceY = clamp((flipY ? height - 1 - y : y) - cropY, height);
    for (let x = 0; x < width; x++) {
      const sourceX = clamp((flipX ? width - 1 - x : x) - cropX, width);
      const source = (sourceY * width + sourceX) * channels;
      for (let c = 0; c < channels; c++) to[at++] = from[source + c];
    }
  }
}

function blendPixels(from: Float32Array, to: Float32Array, [height, width, channels]: readonly number[], choices: ImageChoices): void {
  const centreX = (width - 1) / 2;
  const centreY = (height - 1) / 2;
  // Where a pixel of the result comes from is the way back: unturned, unzoomed, unmirrored, unmoved.
  const cosine = Math.cos(choices.angle) / choices.zoom;
  const sine = Math.sin(choices.angle) / choices.zoom;
  const signX = choices.flipX ? -1 : 1;
  const signY = choices.flipY ? -1 : 1;
  const moveX = choices.cropX + choices.shiftX;
  const moveY = choices.cropY + choices.shiftY;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (x - centreX) * signX;
      const v = (y - centreY) * signY;
      const sourceX = clamp(centreX + cosine * u + sine * v - moveX, width);
      const sourceY = clamp(centreY - sine * u + cosine * v - moveY, height);
      const left = Math.floor(sourceX);
      const top = Math.floor(sourceY);
      const shareX = sourceX - left;
      const shareY = sourceY - top;
      const right = shareX > 0 ? channels : 0;
      const below = shareY > 0 ? width * channels : 0;
      const corner = (top * width + left) * channels;
      for (let c = 0; c < channels; c++) {
        const i = corner + c;
        const upper = from[i] + (from[i + right] - from[i]) * shareX;
        const lower = from[i + below] + (from[i + below + right] - from[i + below]) * shareX;
        to[at++] = upper + (lower - upper) * shareY;
      }
    }
  }
}

function clamp(position: number, length: number): number {
  return position < 0 ? 0 : position > length - 1 ? length - 1 : position;
}

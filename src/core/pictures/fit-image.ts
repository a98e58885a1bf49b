import { borderLevel } from './border-level.ts';
import type { Picture } from './picture.ts';
import { resizeImage } from './resize-image.ts';

/** What is known of the images that a model was trained on. */
export interface ImageFeatures {
  /** `[height, width, channels]` */
  readonly inputShape: readonly number[];
  /** Grey images: how their edges are, where that is clear. */
  readonly background?: 'dark' | 'light';
}

/**
 * Makes a picture like the images a model was trained on: its channels, its background, its size, in this order.
 * A grey model takes the luminance of a coloured picture. Where the training images clearly have a dark (or light) background and the edge of
 * the picture is the opposite, as with ink on paper, it is inverted and stretched so that the paper becomes 0 and the strongest ink 255.
 * A picture of another size is scaled without distortion. Whatever was done is in `notes`.
 */
export function fitImage(
  picture: Picture,
  { inputShape: [height, width, channels], background }: ImageFeatures,
): { readonly picture: Picture; readonly notes: readonly string[] } {
  const notes: string[] = [];
  let fitted = channels === 1 ? toGrey(picture) : toColor(picture);
  let fill = channels === 1 ? [borderLevel(fitted.pixels, fitted.height, fitted.width)] : [128, 128, 128];
  if (channels === 1 && background && background !== (fill[0] < 128 ? 'dark' : 'light')) {
    fitted = invert(fitted, fill[0], background);
    fill = [background === 'dark' ? 0 : 255];
    notes.push(`inverted: the model knows ${background === 'dark' ? 'light on dark' : 'dark on light'}`);
  }
  if (fitted.height !== height || fitted.width !== width) {
    notes.push(`resized from ${picture.width}x${picture.height} to ${width}x${height}`);
    fitted = resizeImage(fitted, height, width, fill);
  }
  return { picture: fitted, notes };
}

/** Luminance as in Rec. 601. */
function toGrey(picture: Picture): Picture {
  if (picture.channels === 1) return picture;
  const { pixels: from } = picture;
  const pixels = new Uint8Array(from.length / 3);
  for (let i = 0; i < pixels.length; i++) {
    pixels[i] = Math.round(0.299 * from[3 * i] + 0.587 * from[3 * i + 1] + 0.114 * from[3 * i + 2]);
  }
  return { ...picture, channels: 1, pixels };
}

function toColor(picture: Picture): Picture {
  if (picture.channels === 3) return picture;
  const pixels = new Uint8Array(picture.pixels.length * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = picture.pixels[Math.floor(i / 3)];
  return { ...picture, channels: 3, pixels };
}

/** Maps the level of the paper to the background and the level farthest from it to its opposite. */
function invert(picture: Picture, paper: number, background: 'dark' | 'light'): Picture {
  const [start, extreme] = background === 'dark' ? [0, Math.min] : [255, Math.max];
  const ink = picture.pixels.reduce((found, level) => extreme(found, level), paper);
  const range = Math.abs(paper - ink) || 1;
  return { ...picture, pixels: picture.pixels.map((level) => clamp(start + Math.round((255 * (paper - level)) / range))) };
}

function clamp(level: number): number {
  return Math.min(255, Math.max(0, level));
}

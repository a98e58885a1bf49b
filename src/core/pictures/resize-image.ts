import type { Picture } from './picture.ts';

/**
 * Makes a picture fit `height` x `width` without distorting it: every new pixel is the mean of the area it covers,
 * and where the proportions differ the free sides get the colour `fill` (one level per channel).
 */
export function resizeImage(picture: Picture, height: number, width: number, fill: readonly number[]): Picture {
  const { channels } = picture;
  const scale = Math.max(picture.width / width, picture.height / height);
  const columns = coverage(picture.width, width, scale);
  const rows = coverage(picture.height, height, scale);
  const pixels = new Uint8Array(height * width * channels);
  // Columns first: one pass over the large picture, then one over narrow rows.
  const narrow = new Float64Array(picture.height * width * channels);
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        narrow[(y * width + x) * channels + c] = mean(columns[x], picture.pixels, y * picture.width * channels + c, channels, fill[c]);
      }
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const level = mean(rows[y], narrow, x * channels + c, width * channels, fill[c]);
        pixels[(y * width + x) * channels + c] = Math.round(level);
      }
    }
  }
  return { height, width, channels, pixels };
}

/** The source pixels that one new pixel covers: the first one, and the share of each; what is missing to 1 lies outside. */
interface Cover {
  readonly first: number;
  readonly shares: Float64Array;
}

function coverage(sourceLength: number, length: number, scale: number): Cover[] {
  const margin = (length * scale - sourceLength) / 2;
  return Array.from({ length }, (_, i) => {
    const start = Math.max(0, i * scale - margin);
    const end = Math.min(sourceLength, (i + 1) * scale - margin);
    const first = Math.floor(start);
    const shares: number[] = [];
    for (let at = first; at < end; at++) shares.push((Math.min(at + 1, end) - Math.max(at, start)) / scale);
    return { first, shares: Float64Array.from(shares) };
  });
}

/** The mean of the levels at `offset + (first + i) * stride`. */
function mean({ first, shares }: Cover, levels: Uint8Array | Float64Array, offset: number, stride: number, fill: number): number {
  let sum = 0;
  let outside = 1;
  for (let i = 0, at = offset + first * stride; i < shares.length; i++, at += stride) {
    sum += shares[i] * levels[at];
    outside -= shares[i];
  }
  return outside > 1e-9 ? sum + outside * fill : sum;
}

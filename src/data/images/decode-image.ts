import { readFileSync } from 'node:fs';
import { DlError } from '../../core/errors.ts';
import type { Picture } from '../../core/pictures/picture.ts';
import { fileError } from '../file-error.ts';
import { importOptional } from '../import-optional.ts';
import { isCutOffJpeg } from './cut-off-jpeg.ts';

/** Reads a picture file without waiting, as `decodeImage` does. */
export type ImageDecoder = (file: string) => Picture;

/**
 * Reads a picture file (PNG, JPEG, WebP, BMP, TIFF ...), turned as its camera says; what is transparent becomes white.
 * @throws DlError `missing` without the file or the package @napi-rs/image, `data` if the file cannot be decoded
 */
export async function decodeImage(file: string): Promise<Picture> {
  return (await loadImageDecoder())(file);
}

/**
 * The same for many files. Small pictures are decoded faster without waiting: a promise costs more than a 32x32 JPEG.
 * @throws DlError `missing` without the package @napi-rs/image
 */
export async function loadImageDecoder(): Promise<ImageDecoder> {
  const { Transformer } = await importOptional('@napi-rs/image', () => import('@napi-rs/image'), 'Reading pictures');
  return (file) => {
    const bytes = readBytes(file);
    try {
      if (isCutOffJpeg(bytes)) throw new Error('it is cut off');
      const decoder = new Transformer(bytes).rotate();
      const raw = decoder.rawPixelsSync();
      const { width, height, colorType } = decoder.metadataSync();
      return flatten(raw, width, height, colorType);
    } catch (error) {
      const reason = (error as Error).message.split('\n')[0].replace(/\.$/, '');
      throw new DlError('data', `${file} is not a picture that can be read, such as PNG or JPEG: ${reason}.`, { cause: error });
    }
  };
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw fileError(file, error);
  }
}

/** Colour types 0 ... 3 are 8-bit grey, grey + alpha, RGB, RGB + alpha; 4 ... 7 the same with 16 bit. */
function flatten(raw: Uint8Array, width: number, height: number, colorType: number): Picture {
  if (colorType > 7) throw new Error('its pixels are floating-point numbers');
  const kind = colorType % 4;
  const channels = kind < 2 ? 1 : 3;
  const hasAlpha = kind % 2 === 1;
  if (colorType < 4 && !hasAlpha) return { height, width, channels, pixels: new Uint8Array(raw.buffer, raw.byteOffset, raw.length) };
  const bytesPerValue = colorType < 4 ? 1 : 2;
  const stride = (channels + (hasAlpha ? 1 : 0)) * bytesPerValue;
  const highByte = bytesPerValue - 1; // 16-bit values are little-endian on every platform with a binary
  const pixels = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    const from = i * stride + highByte;
    const alpha = hasAlpha ? raw[from + channels * bytesPerValue] / 255 : 1;
    for (let c = 0; c < channels; c++) {
      pixels[i * channels + c] = Math.round(255 + (raw[from + c * bytesPerValue] - 255) * alpha);
    }
  }
  return { height, width, channels, pixels };
}

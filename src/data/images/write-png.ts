import { writeFile } from 'node:fs/promises';
import type { Picture } from '../../core/pictures/picture.ts';
import { importOptional } from '../import-optional.ts';

/**
 * Writes a picture as a PNG file.
 * @throws DlError `missing` without the package @napi-rs/image; what the system says where the file cannot be written
 */
export async function writePng(file: string, { pixels, width, height, channels }: Picture): Promise<void> {
  const { Transformer } = await importOptional('@napi-rs/image', () => import('@napi-rs/image'), 'Writing pictures');
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) rgba[4 * i + c] = pixels[i * channels + Math.min(c, channels - 1)];
  await writeFile(file, await Transformer.fromRgbaPixels(rgba, width, height).png());
}

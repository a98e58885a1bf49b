import { Transformer } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../../../../src/data/images/decode-image.ts';
import { fileWith } from '../temporary-files.ts';
import { pngBytes } from './png-bytes.ts';

describe('decodeImage', () => {
  it.each([
    ['grey', pngBytes(2, 1, 'grey', [10, 200]), 1, [10, 200]],
    ['16-bit grey', pngBytes(2, 1, 'grey', [10, 99, 200, 99], 16), 1, [10, 200]],
    ['grey with alpha, on white', pngBytes(3, 1, 'greyAlpha', [10, 255, 10, 0, 55, 128]), 1, [10, 255, 155]],
    ['colour', pngBytes(1, 2, 'rgb', [1, 2, 3, 4, 5, 6]), 3, [1, 2, 3, 4, 5, 6]],
    ['colour with alpha, on white', pngBytes(1, 1, 'rgba', [1, 2, 3, 0]), 3, [255, 255, 255]],
    ['16-bit colour', pngBytes(1, 1, 'rgb', [1, 0, 2, 0, 3, 0], 16), 3, [1, 2, 3]],
  ])('reads %s', async (_, bytes, channels, pixels) => {
    const picture = await decodeImage(fileWith('a.png', bytes));
    expect(picture).toMatchObject({ channels, pixels: Uint8Array.from(pixels) });
  });

  it('reads JPEG files and turns them as the camera says', async () => {
    const leftDark = new Uint8Array(16 * 8 * 4).map((_, i) => (i % 4 === 3 || ((i >> 2) & 15) >= 8 ? 255 : 0));
    const jpeg = await Transformer.fromRgbaPixels(leftDark, 16, 8).jpeg();
    const orientation6 = Buffer.from('ffe1002245786966000049492a0008000000010012010300010000000600000000000000', 'hex'); // an Exif segment
    const turned = Buffer.concat([jpeg.subarray(0, 2), orientation6, jpeg.subarray(2)]);
    const plain = await decodeImage(fileWith('a.jpg', jpeg));
    expect([plain.width, plain.height, plain.channels]).toEqual([16, 8, 3]);
    expect([plain.pixels[0] < 30, plain.pixels[15 * 3] > 225]).toEqual([true, true]);
    const upright = await decodeImage(fileWith('a.jpg', turned));
    expect([upright.width, upright.height]).toEqual([8, 16]);
    expect([upright.pixels[0] < 30, upright.pixels[7 * 3] < 30, upright.pixels[15 * 8 * 3] > 225]).toEqual([true, true, true]);
  });

  it('refuses what is no picture, is cut off, is far too large or is not there', async () => {
    const good = pngBytes(
      20,
      20,
      'grey',
      new Uint8Array(400).map((_, i) => i * 7),
    );
    const giant = pngBytes(1, 1, 'grey', [0]);
    giant.set(pngBytes(50_000, 1, 'grey', new Uint8Array(50_000)).subarray(16, 20), 16);
    for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), good.subarray(0, 60), giant]) {
      const file = fileWith('a.png', bytes);
      await expect(decodeImage(file)).rejects.toMatchObject({
        code: 'data',
        message: expect.stringContaining(`${file} is not a picture that can be read`),
      });
    }
    await expect(decodeImage('none.png')).rejects.toMatchObject({ code: 'missing', message: 'There is no file none.png.' });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { decodeImage } from '../../../../src/data/images/decode-image.ts';
import { encodePng } from '../../../../src/data/images/encode-png.ts';

it.each([1, 3])('a picture of %d channels is the same after it was written as PNG and read by the decoder', async (channels) => {
  const folder = mkdtempSync(join(tmpdir(), 'png-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const pixels = Uint8Array.from({ length: 5 * 7 * channels }, (_, i) => (i * 37) % 256);
  const path = join(folder, 'a.png');
  writeFileSync(path, encodePng(pixels, [5, 7, channels]));
  const decoded = await decodeImage(path);
  expect(decoded).toMatchObject({ height: 5, width: 7, channels });
  expect([...decoded.pixels]).toEqual([...pixels]);
});

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataLoader } from '../../../../src/data/data-loader.ts';
import { decodeImage } from '../../../../src/data/images/decode-image.ts';
import { ImageDataset } from '../../../../src/data/images/image-dataset.ts';
import { arrayDataset, writeAugmentationSheet } from '../../../../src/data/index.ts';
import { folderWith } from '../temporary-files.ts';

describe('writeAugmentationSheet', () => {
  it('shows each image as it is and as every epoch sees it', async () => {
    const pixels = Uint8Array.from({ length: 4 * 32 * 32 }, (_, i) => (i % 32 < 16 ? 0 : 200)); // dark on the left
    const dataset = new ImageDataset({ pixels, labels: new Uint8Array(4), shape: [32, 32, 1], classNames: ['a', 'b'] });
    const loader = new DataLoader(dataset, { batchSize: 2, shuffleSeed: 0, augmentation: { flip: 'horizontal' } });
    const file = join(folderWith({}), 'new', 'sheet.png');
    await writeAugmentationSheet(file, loader, { images: 3, epochs: 6 });
    const sheet = await decodeImage(file);
    expect([sheet.height, sheet.width]).toEqual([3 * 66 + 2, 7 * 66 + 2]);
    const level = (row: number, column: number) => sheet.pixels[((2 + row * 66) * sheet.width + 2 + column * 66) * 3];
    for (let row = 0; row < 3; row++) {
      expect(level(row, 0)).toBe(0);
      for (let epoch = 0; epoch < 6; epoch++) {
        const { inputs } = await loader.read([row], epoch);
        expect(level(row, epoch + 1)).toBe(Math.round(inputs[0] * 255));
      }
    }
  });

  it('refuses what is no image', async () => {
    const loader = new DataLoader(arrayDataset({ inputs: [[1], [2]], targets: ['a', 'b'] }), { batchSize: 1 });
    await expect(writeAugmentationSheet('sheet.png', loader)).rejects.toMatchObject({ code: 'refused' });
  });
});

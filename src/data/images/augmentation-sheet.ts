import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DlError } from '../../core/errors.ts';
import type { Picture } from '../../core/pictures/picture.ts';
import type { DataLoader } from '../data-loader.ts';
import { writePng } from './write-png.ts';

export interface AugmentationSheetOptions {
  /** Training images, one per row. @default 8 */
  readonly images?: number;
  /** Epochs, one per column beside the first, which shows the images as they are. @default 8 */
  readonly epochs?: number;
}

const gap = 2;
const smallestSide = 64;

/**
 * Writes a PNG file that shows what augmentation does to the first images of a loader: on the left as they are, then as each epoch sees them.
 * @throws DlError `refused` for data that is no images, `missing` without the package @napi-rs/image
 */
export async function writeAugmentationSheet(file: string, loader: DataLoader, options: AugmentationSheetOptions = {}): Promise<void> {
  const { images = 8, epochs = 8 } = options;
  if (loader.features.inputShape.length !== 3) throw new DlError('refused', 'Only images can be shown in a picture.');
  const positions = Uint32Array.from({ length: Math.min(images, loader.length) }, (_, i) => loader.position(i));
  const columns = [await loader.dataset.get(positions)];
  for (let epoch = 0; epoch < epochs; epoch++) columns.push(await loader.read(positions, epoch));
  mkdirSync(dirname(file), { recursive: true });
  await writePng(
    file,
    grid(
      columns.map(({ inputs }) => inputs),
      Math.min(...columns.map(({ size }) => size)),
      loader,
    ),
  );
}

/** @param columns the same `rows` images in each, `[rows, height, width, channels]` */
function grid(columns: readonly Float32Array[], rows: number, { features }: DataLoader): Picture {
  const [height, width, channels] = features.inputShape;
  const { scale, offset } = features.preprocessing.kind === 'scale' ? features.preprocessing : { scale: 1, offset: 0 };
  const zoom = Math.max(1, Math.round(smallestSide / Math.max(height, width)));
  const sheetWidth = columns.length * (width * zoom + gap) + gap;
  const sheetHeight = rows * (height * zoom + gap) + gap;
  const pixels = new Uint8Array(sheetHeight * sheetWidth * 3).fill(255);
  columns.forEach((inputs, column) => {
    for (let row = 0; row < rows; row++) {
      for (let y = 0; y < height * zoom; y++) {
        for (let x = 0; x < width * zoom; x++) {
          const from = ((row * height + Math.floor(y / zoom)) * width + Math.floor(x / zoom)) * channels;
          const to = ((gap + row * (height * zoom + gap) + y) * sheetWidth + gap + column * (width * zoom + gap) + x) * 3;
          for (let c = 0; c < 3; c++) {
            const level = Math.round((inputs[from + Math.min(c, channels - 1)] - offset) / scale);
            pixels[to + c] = Math.min(255, Math.max(0, level));
          }
        }
      }
    }
  });
  return { height: sheetHeight, width: sheetWidth, channels: 3, pixels };
}

import { pngBytes } from '../images/png-bytes.ts';
import { folderWith } from '../temporary-files.ts';

export const pictureCount = 40;

/** A picture of 4x4 pixels that all differ. */
const picture = (seed: number) =>
  pngBytes(
    4,
    4,
    'rgb',
    Uint8Array.from({ length: 48 }, (_, i) => (i * 31 + seed * 17) & 255),
  );

/** A folder of 40 pictures in the classes a and b, `a/00.png`, `b/01.png` ..., removed after the test. @param change files besides or in place of them */
export function pictureFolder(change: Record<string, string | Uint8Array> = {}): string {
  const files = Array.from({ length: pictureCount }, (_, i) => [
    `${i % 2 === 0 ? 'a' : 'b'}/${String(i).padStart(2, '0')}.png`,
    picture(i),
  ]);
  return folderWith({ ...Object.fromEntries(files), ...change });
}

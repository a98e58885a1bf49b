import type { WindowShape } from '../window-shape.ts';

/** One input pixel under one position of a window: indices of the first channel's value. */
export interface Meeting {
  readonly input: number;
  readonly output: number;
  /** Number of the position within the window, row by row. */
  readonly position: number;
}

/** All pairs of an input pixel and an output pixel that a window connects; pixels of the padding are left out. */
export function* meetings(s: WindowShape): Generator<Meeting> {
  for (let image = 0; image < s.batch; image++) {
    for (let y = 0; y < s.outHeight; y++) {
      for (let x = 0; x < s.outWidth; x++) {
        const output = ((image * s.outHeight + y) * s.outWidth + x) * s.outChannels;
        for (let position = 0; position < s.filterHeight * s.filterWidth; position++) {
          const inY = y * s.strideHeight - s.padTop + Math.floor(position / s.filterWidth);
          const inX = x * s.strideWidth - s.padLeft + (position % s.filterWidth);
          if (inY < 0 || inY >= s.inHeight || inX < 0 || inX >= s.inWidth) continue;
          yield { input: ((image * s.inHeight + inY) * s.inWidth + inX) * s.inChannels, output, position };
        }
      }
    }
  }
}

export function inputSize(s: WindowShape): number {
  return s.batch * s.inHeight * s.inWidth * s.inChannels;
}

export function outputSize(s: WindowShape): number {
  return s.batch * s.outHeight * s.outWidth * s.outChannels;
}

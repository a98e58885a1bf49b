import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../../src/core/pictures/picture.ts';
import { resizeImage } from '../../../../src/core/pictures/resize-image.ts';

function grey(width: number, levels: number[]): Picture {
  return { width, height: levels.length / width, channels: 1, pixels: Uint8Array.from(levels) };
}

describe('resizeImage', () => {
  it('takes the mean of the area that a new pixel covers', () => {
    const picture = grey(4, [0, 100, 10, 30, 100, 200, 50, 70, 1, 1, 9, 9, 1, 1, 9, 9]);
    expect([...resizeImage(picture, 2, 2, [0]).pixels]).toEqual([100, 40, 1, 9]);
  });

  it('shares pixels that lie across a border', () => {
    expect([...resizeImage(grey(3, [0, 90, 180, 0, 90, 180, 0, 90, 180]), 2, 2, [0]).pixels]).toEqual([30, 150, 30, 150]);
  });

  it('makes small pictures larger', () => {
    expect([...resizeImage(grey(2, [1, 2, 3, 4]), 4, 4, [0]).pixels]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
  });

  it('fills the free sides, one level per channel', () => {
    const picture: Picture = { width: 1, height: 3, channels: 3, pixels: new Uint8Array(9).fill(7) };
    const { pixels } = resizeImage(picture, 3, 3, [1, 2, 3]);
    expect([...pixels.subarray(0, 9)]).toEqual([1, 2, 3, 7, 7, 7, 1, 2, 3]);
  });
});

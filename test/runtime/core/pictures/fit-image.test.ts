import { describe, expect, it } from 'vitest';
import { fitImage } from '../../../../src/core/pictures/fit-image.ts';
import type { Picture } from '../../../../src/core/pictures/picture.ts';
import type { Features } from '../../../../src/data/features.ts';

function model(inputShape: number[], background?: 'dark' | 'light'): Features {
  const preprocessing = { kind: 'scale', scale: 1 / 255, offset: 0 } as const;
  return { task: 'classification', inputShape, outputs: 2, outputNames: ['a', 'b'], preprocessing, background };
}

function grey(width: number, levels: number[]): Picture {
  return { width, height: levels.length / width, channels: 1, pixels: Uint8Array.from(levels) };
}

describe('fitImage', () => {
  it('leaves a picture alone that fits', () => {
    const picture = grey(3, [0, 0, 0, 0, 90, 0, 0, 0, 0]);
    expect(fitImage(picture, model([3, 3, 1], 'dark'))).toEqual({ picture, notes: [] });
  });

  it('inverts ink on paper for a model that knows light on dark, and stretches it', () => {
    const { picture, notes } = fitImage(grey(3, [200, 200, 200, 210, 100, 150, 200, 200, 200]), model([3, 3, 1], 'dark'));
    expect([...picture.pixels]).toEqual([0, 0, 0, 0, 255, 128, 0, 0, 0]);
    expect(notes).toEqual(['inverted: the model knows light on dark']);
  });

  it('inverts light on dark for a model that knows dark on light', () => {
    const { picture } = fitImage(grey(3, [20, 20, 20, 20, 120, 70, 20, 20, 20]), model([3, 3, 1], 'light'));
    expect([...picture.pixels]).toEqual([255, 255, 255, 255, 0, 128, 255, 255, 255]);
  });

  it('makes an even sheet of paper empty', () => {
    expect([...fitImage(grey(2, [200, 200, 200, 200]), model([2, 2, 1], 'dark')).picture.pixels]).toEqual([0, 0, 0, 0]);
  });

  it('does not invert where the training images had no clear background', () => {
    expect(fitImage(grey(2, [200, 200, 200, 10]), model([2, 2, 1])).notes).toEqual([]);
  });

  it('scales without distortion and fills the free sides with the background', () => {
    const wide = grey(4, [10, 10, 10, 10, 10, 90, 90, 10]);
    const { picture, notes } = fitImage(wide, model([2, 2, 1], 'dark'));
    expect([...picture.pixels]).toEqual([10, 10, 30, 30]); // half of each is background: 10
    expect(notes).toEqual(['resized from 4x2 to 2x2']);
  });

  it('takes the luminance for a grey model, and copies grey for a coloured one', () => {
    const red: Picture = { width: 1, height: 1, channels: 3, pixels: Uint8Array.of(255, 0, 0) };
    expect([...fitImage(red, model([1, 1, 1])).picture.pixels]).toEqual([76]);
    expect([...fitImage(grey(1, [9]), model([1, 1, 3])).picture.pixels]).toEqual([9, 9, 9]);
  });
});

import { describe, expect, it } from 'vitest';
import { ImageDataset } from '../../../../src/data/images/image-dataset.ts';

const classNames = ['dark', 'light'];

describe('ImageDataset', () => {
  it('gives pixels divided by 255 and class numbers, in the order asked for', () => {
    const dataset = new ImageDataset({ pixels: Uint8Array.of(0, 51, 255, 102), labels: Uint8Array.of(0, 1), shape: [1, 2, 1], classNames });
    const batch = dataset.get([1, 0, 1]);
    expect(batch.size).toBe(3);
    expect([...batch.inputs]).toEqual([1, 0.4, 0, 0.2, 1, 0.4].map(Math.fround));
    expect([...batch.targets]).toEqual([1, 0, 1]);
    expect(dataset.raw(1)).toEqual({ kind: 'image', shape: [1, 2, 1], pixels: Uint8Array.of(255, 102) });
  });

  it('knows the background of grey images where it is clear', () => {
    const background = (...levels: number[]) =>
      new ImageDataset({ pixels: Uint8Array.from(levels), labels: new Uint8Array(levels.length), shape: [1, 1, 1], classNames }).features
        .background;
    expect(background(0, 10, 20)).toBe('dark');
    expect(background(255, 200)).toBe('light');
    expect(background(0, 255)).toBeUndefined();
    expect(background(128)).toBeUndefined();
  });

  it('refuses labels without a name and pixels that do not fit', () => {
    const make = (labels: number[], pixels = labels.length) =>
      new ImageDataset({
        name: 'labels.gz',
        pixels: new Uint8Array(pixels),
        labels: Uint8Array.from(labels),
        shape: [1, 1, 1],
        classNames,
      });
    expect(() => make([0, 1, 2])).toThrow('labels.gz: the label of image 2 is 2; with 2 class names it must be 0 ... 1.');
    expect(() => make([0, 1], 3)).toThrow('labels.gz: 3 pixels are not 2 labels x 1 x 1 x 1.');
  });
});

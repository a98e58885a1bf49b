import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { drawDigits } from '../../../../../src/data/images/digits/draw-digits.ts';
import type { ImageDataset } from '../../../../../src/data/images/image-dataset.ts';
import { linearAccuracy } from './softmax-regression.ts';

function pixelsOf(dataset: ImageDataset, index: number): Uint8Array {
  const raw = dataset.raw(index);
  return raw.kind === 'image' ? raw.pixels : new Uint8Array();
}

describe('drawDigits', () => {
  it('draws the same pixels on every machine', () => {
    const digits = drawDigits({ count: 200, seed: 1 });
    const hash = createHash('sha256');
    for (let i = 0; i < 200; i++) hash.update(pixelsOf(digits, i));
    expect(hash.digest('hex')).toBe('eda491ec0763aa8dec52e254ef707fd7fbe8d1bc432080c5caa4fb7487b3f9c4');
  });

  it('draws image i independently of how many there are, and differently for another seed', () => {
    const few = drawDigits({ count: 12, seed: 1 });
    expect(pixelsOf(few, 11)).toEqual(pixelsOf(drawDigits({ count: 30, seed: 1 }), 11));
    expect(pixelsOf(few, 11)).not.toEqual(pixelsOf(drawDigits({ count: 12, seed: 2 }), 11));
  });

  it.each([0, -5, 1.5, Number.NaN, 1e12])('refuses to draw %d digits', (count) => {
    expect(() => drawDigits({ count, seed: 1 })).toThrow(`must be a whole number from 1 to 1,000,000, not ${count}.`);
  });

  it('draws 28x28 grey images light on dark, ten classes in turn', () => {
    const digits = drawDigits({ count: 40, seed: 3 });
    expect(digits.features).toMatchObject({ task: 'classification', inputShape: [28, 28, 1], outputs: 10, background: 'dark' });
    expect([...digits.labels.slice(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
    for (let i = 0; i < 40; i++) expect(Math.max(...pixelsOf(digits, i))).toBeGreaterThan(140);
  });

  it('keeps the digit within the image', () => {
    const digits = drawDigits({ count: 500, seed: 4 });
    let edge = 0;
    for (let i = 0; i < 500; i++) {
      const pixels = pixelsOf(digits, i);
      for (let x = 0; x < 28; x++) if (pixels[x] > 128 || pixels[27 * 28 + x] > 128) edge++;
    }
    expect(edge / (500 * 56)).toBeLessThan(0.01);
  });

  it('is too hard for a linear model', async () => {
    const accuracy = await linearAccuracy(drawDigits({ count: 12_000, seed: 1 }), drawDigits({ count: 2_000, seed: 2 }), 3);
    expect(accuracy).toBeGreaterThan(0.8); // it was trained
    expect(accuracy).toBeLessThan(0.92);
  });
});

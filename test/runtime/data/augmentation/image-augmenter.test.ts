import { describe, expect, it } from 'vitest';
import type { AugmentationSettings } from '../../../../src/data/augmentation/augmentation-settings.ts';
import { ImageAugmenter } from '../../../../src/data/augmentation/image-augmenter.ts';
import type { Batch } from '../../../../src/data/dataset.ts';
import type { Features } from '../../../../src/data/features.ts';

const features = (inputShape: readonly number[], outputs = 3): Features => ({
  task: 'classification',
  inputShape,
  outputs,
  outputNames: Array.from({ length: outputs }, (_, i) => `${i}`),
  preprocessing: { kind: 'scale', scale: 1 / 255, offset: 0 },
});

/** Images whose values all differ, between black and white. */
function batch(size: number, [height, width, channels]: readonly number[]): Batch {
  const inputs = Float32Array.from({ length: size * height * width * channels }, (_, i) => ((i * 37) % 101) / 101);
  return { size, inputs, targets: Int32Array.from({ length: size }, (_, i) => i % 3) };
}

const shape = [6, 5, 2] as const;

function augment(settings: Partial<AugmentationSettings>, { size = 40, epoch = 0, seed = 0, first = 0 } = {}): Batch {
  const indices = Uint32Array.from({ length: size }, (_, i) => first + i);
  return new ImageAugmenter(settings, features(shape), seed).apply(batch(size, shape), indices, epoch);
}

const everything: Partial<AugmentationSettings> = {
  flip: 'both',
  cropPadding: 2,
  shift: 0.1,
  rotate: 15,
  zoom: 0.2,
  brightness: 0.2,
  contrast: 0.3,
  cutout: 3,
};

describe('ImageAugmenter', () => {
  it('is a pure function of seed, epoch and position in the dataset', () => {
    const once = augment(everything).inputs;
    expect(augment(everything).inputs).toEqual(once);
    expect(augment(everything, { epoch: 1 }).inputs).not.toEqual(once);
    expect(augment(everything, { seed: 1 }).inputs).not.toEqual(once);
    // Sample 1 alone becomes what it became within a batch.
    const alone = new ImageAugmenter(everything, features(shape), 0);
    const inputs = batch(40, shape).inputs.slice(60, 120);
    expect(alone.apply({ size: 1, inputs, targets: Int32Array.of(1) }, [1], 0).inputs).toEqual(once.slice(60, 120));
  });

  it('leaves the batch that it was given as it was', () => {
    const given = batch(4, shape);
    const copy = given.inputs.slice();
    new ImageAugmenter(everything, features(shape), 0).apply(given, [0, 1, 2, 3], 0);
    expect(given.inputs).toEqual(copy);
  });

  it('keeps every value between black and white, and brightens only so far', () => {
    const { inputs } = augment({ ...everything, brightness: 1, contrast: 1 });
    expect(inputs.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('mirrors about half of the images exactly', () => {
    const given = batch(400, shape).inputs;
    const { inputs } = augment({ flip: 'horizontal' }, { size: 400 });
    let mirrored = 0;
    for (let i = 0; i < 400; i++) {
      const [before, after] = [given, inputs].map((all) => all.subarray(i * 60, (i + 1) * 60));
      const flipped = before.map((_, at) => before[Math.floor(at / 10) * 10 + (4 - (Math.floor(at / 2) % 5)) * 2 + (at % 2)]);
      const isFlipped = after.every((value, at) => value === flipped[at]);
      expect(isFlipped || after.every((value, at) => value === before[at])).toBe(true);
      if (isFlipped) mirrored++;
    }
    expect(mirrored).toBeGreaterThan(150);
    expect(mirrored).toBeLessThan(250);
  });

  it('crops by whole pixels in both directions, up to the padding, with the edge repeated', () => {
    const row = { size: 60, inputs: Float32Array.from({ length: 300 }, (_, i) => (i % 5) / 5), targets: new Int32Array(60) };
    const { inputs } = new ImageAugmenter({ cropPadding: 2 }, features([1, 5, 1]), 0).apply(
      row,
      Uint32Array.from({ length: 60 }, (_, i) => i),
      0,
    );
    const seen = new Set(
      Array.from({ length: 60 }, (_, i) =>
        inputs
          .subarray(i * 5, i * 5 + 5)
          .map((value) => Math.round(value * 5))
          .join(''),
      ),
    );
    expect([...seen].sort()).toEqual(['00012', '00123', '01234', '12344', '23444']);
  });

  it('turns by the angle: a quarter turn moves every pixel to its place', () => {
    const augmenter = new ImageAugmenter({ rotate: 90 }, features([3, 3, 1]), 0);
    const dot = Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0);
    const turned = Array.from(
      { length: 200 },
      (_, i) => augmenter.apply({ size: 1, inputs: dot, targets: Int32Array.of(0) }, [i], 0).inputs,
    );
    for (const image of turned) expect(image[4]).toBeLessThan(0.5); // the centre stays dark
    expect(Math.max(...turned.map((image) => image[3]))).toBeGreaterThan(0.9); // to the left at nearly -90 degrees
    expect(Math.max(...turned.map((image) => image[5]))).toBeGreaterThan(0.9);
    expect(Math.max(...turned.map((image) => image[7]))).toBeLessThan(0.1); // never upside down
  });

  it('does the same to an image with one more kind of change switched on', () => {
    const flipped = augment({ flip: 'horizontal' }).inputs;
    const dimmed = augment({ flip: 'horizontal', brightness: 1e-9 }).inputs;
    for (const [i, value] of flipped.entries()) expect(dimmed[i]).toBeCloseTo(value, 5);
  });

  it('covers a square with the mean', () => {
    const { inputs } = new ImageAugmenter({ cutout: 2 }, features([4, 4, 1]), 0).apply(
      batch(50, [4, 4, 1]),
      Uint32Array.from({ length: 50 }, (_, i) => i),
      0,
    );
    const given = batch(50, [4, 4, 1]).inputs;
    const changed = Array.from({ length: 50 }, (_, i) =>
      given.subarray(i * 16, i * 16 + 16).reduce((count, value, at) => count + (inputs[i * 16 + at] === value ? 0 : 1), 0),
    );
    expect(Math.max(...changed)).toBe(4);
    expect(Math.min(...changed)).toBe(1); // at a corner
  });

  it('blends images with their neighbours and their classes in the same share', () => {
    const { inputs, targets, softTargets } = augment({ mixup: 0.4 }, { size: 3 });
    const given = batch(3, shape);
    for (let i = 0; i < 3; i++) {
      const share = softTargets![i * 3 + (i % 3)];
      expect(softTargets![i * 3 + ((i + 1) % 3)]).toBeCloseTo(1 - share, 6);
      expect(targets[i]).toBe(share >= 0.5 ? i : (i + 1) % 3);
      const next = (i + 1) % 3;
      expect(inputs[i * 60 + 7]).toBeCloseTo(share * given.inputs[i * 60 + 7] + (1 - share) * given.inputs[next * 60 + 7], 5);
    }
    const single = augment({ mixup: 0.4 }, { size: 1 });
    expect([...single.softTargets!]).toEqual([1, 0, 0]);
  });

  it('draws the shares of the blend from a Beta distribution', () => {
    const shares = (mixup: number) => {
      const { softTargets } = augment({ mixup }, { size: 999 });
      return Array.from({ length: 999 }, (_, i) => softTargets![i * 3 + (i % 3)]);
    };
    for (const alpha of [0.2, 1, 4]) {
      const drawn = shares(alpha);
      const mean = drawn.reduce((sum, share) => sum + share, 0) / drawn.length;
      const variance = drawn.reduce((sum, share) => sum + (share - mean) ** 2, 0) / drawn.length;
      expect(mean).toBeCloseTo(0.5, 1);
      expect(variance).toBeCloseTo(1 / (4 * (2 * alpha + 1)), 1.5); // that of Beta(alpha, alpha)
    }
  });

  it('refuses what is no image, and settings out of their range', () => {
    const make =
      (settings: object, inputShape: readonly number[] = shape) =>
      () =>
        new ImageAugmenter(settings, features(inputShape), 0);
    expect(make({ flip: 'horizontal' }, [7])).toThrow(
      'data.augmentation.flip changes images, but this data has inputs of shape [7]. Leave it out.',
    );
    expect(make({ flip: 'none', shift: 0 }, [7])).not.toThrow();
    expect(make({ rotate: 400 })).toThrow('data.augmentation.rotate is 400, which is not allowed: turns it by up to this many degrees.');
    expect(make({ blur: 1 })).toThrow('data.augmentation has no blur. There are flip, cropPadding');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kFoldPositions, splitPositions } from '../../../src/data/split.ts';

describe('splitPositions', () => {
  it('puts every position in exactly one part, both ascending', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 300 }), fc.double({ min: 0.2, max: 0.8, noNaN: true }), fc.integer(), (length, share, seed) => {
        const labels = Uint8Array.from({ length }, (_, i) => (i * 7) % 3);
        const { train, validation } = splitPositions({ length, labels }, share, seed);
        expect(validation.length).toBe(Math.round(length * share));
        expect(train).toEqual(train.slice().sort());
        expect(validation).toEqual(validation.slice().sort());
        expect([...train, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the share of every class within one sample', () => {
    const labels = Uint8Array.from({ length: 1000 }, (_, i) => (i < 700 ? 0 : i < 985 ? 1 : 4));
    const { validation } = splitPositions({ length: 1000, labels }, 0.1, 3);
    const counts = [0, 0, 0, 0, 0];
    for (const position of validation) counts[labels[position]]++;
    expect(counts[0]).toBe(70);
    expect(counts[1] + counts[4]).toBe(30);
    expect(Math.abs(counts[1] - 28.5)).toBeLessThan(1);
  });

  it('depends on the seed and the stream, and on nothing else', () => {
    const samples = { length: 100 };
    expect(splitPositions(samples, 0.2, 0)).toEqual(splitPositions(samples, 0.2, 0));
    expect(splitPositions(samples, 0.2, 0).validation).not.toEqual(splitPositions(samples, 0.2, 1).validation);
    expect(splitPositions(samples, 0.2, 0).validation).not.toEqual(splitPositions(samples, 0.2, 0, 'test').validation);
  });

  it('holds nothing back for a share of 0', () => {
    const { train, validation } = splitPositions({ length: 3 }, 0, 0);
    expect([...train]).toEqual([0, 1, 2]);
    expect(validation.length).toBe(0);
  });

  it('refuses a share that leaves a side empty', () => {
    expect(() => splitPositions({ length: 4 }, 0.1, 0)).toThrow(
      'data.validationSplit 0.1 leaves 4 of 4 samples to train and 0 for the validation: both need at least 1.',
    );
    expect(() => splitPositions({ length: 4 }, 0.9, 0)).toThrow('leaves 0 of 4 samples to train and 4 for the validation');
  });
});

describe('kFoldPositions', () => {
  it('validates on every position once, in parts of nearly equal size and equal shares of the classes', () => {
    const labels = Uint8Array.from({ length: 103 }, (_, i) => (i < 60 ? 0 : i < 100 ? 1 : 2));
    const folds = kFoldPositions({ length: 103, labels }, 5, 7);
    expect(folds.map(({ validation }) => validation.length).sort()).toEqual([20, 20, 21, 21, 21]);
    expect(folds.flatMap(({ validation }) => [...validation]).sort((a, b) => a - b)).toEqual(Array.from({ length: 103 }, (_, i) => i));
    for (const { train, validation } of folds) {
      expect([...train, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: 103 }, (_, i) => i));
      expect(validation).toEqual(validation.slice().sort());
      const counts = [0, 0, 0];
      for (const position of validation) counts[labels[position]]++;
      expect([counts[0], counts[1]]).toEqual([12, 8]);
      expect(counts[2]).toBeLessThanOrEqual(1);
    }
  });

  it('depends on the seed alone', () => {
    expect(kFoldPositions({ length: 50 }, 5, 0)).toEqual(kFoldPositions({ length: 50 }, 5, 0));
    expect(kFoldPositions({ length: 50 }, 5, 0)).not.toEqual(kFoldPositions({ length: 50 }, 5, 1));
  });

  it('deals out in order where nothing is drawn, and without regard to classes where they do not count', () => {
    const labels = Uint8Array.from({ length: 6 }, (_, i) => (i < 4 ? 0 : 1));
    const parts = (options: object) => kFoldPositions({ length: 6, labels }, 2, 0, options).map(({ validation }) => [...validation]);
    expect(parts({ stratified: false, shuffle: false })).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
    expect(parts({ shuffle: false })).toEqual([
      [0, 2, 4],
      [1, 3, 5],
    ]);
    expect(kFoldPositions({ length: 6, labels }, 2, 0, { stratified: false })).toEqual(kFoldPositions({ length: 6 }, 2, 0));
  });

  it('refuses fewer than 2 folds and more folds than samples', () => {
    expect(() => kFoldPositions({ length: 50 }, 1, 0)).toThrow('data.folds is 1; it must be a whole number, at least 2.');
    expect(() => kFoldPositions({ length: 4 }, 5, 0)).toThrow('data.folds 5 cuts 4 samples into more parts than there are samples.');
  });
});

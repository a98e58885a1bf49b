import { describe, expect, it } from 'vitest';
import { bar, drawImage } from '../../../src/reporting/index.ts';

describe('drawImage', () => {
  it('draws two pixels per character and leaves empty edges out', () => {
    const pixels = [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [255, 0, 255, 0],
      [0, 255, 255, 0],
      [0, 0, 0, 0],
    ].flat();
    expect(drawImage(pixels, [5, 4, 1])).toEqual(['▀▄█ ']);
  });

  it('keeps one line of an empty picture', () => {
    expect(drawImage(new Uint8Array(16), [4, 4, 1])).toEqual(['    ']);
  });

  it('draws colours with 24-bit escapes', () => {
    expect(drawImage([255, 0, 0, 0, 0, 255], [2, 1, 3], { color: true })).toEqual(['\u001b[38;2;255;0;0m\u001b[48;2;0;0;255m▀\u001b[0m']);
  });

  it('makes wide pictures smaller', () => {
    expect(drawImage(new Uint8Array(200 * 200).fill(255), [200, 200, 1])[0]).toHaveLength(50);
  });
});

describe('bar', () => {
  it('is an eighth of a character fine and stays in its width', () => {
    expect([0, 0.5, 1, 2, Number.NaN, 1 / 160].map((share) => bar(share))).toEqual([
      '',
      '█'.repeat(10),
      '█'.repeat(20),
      '█'.repeat(20),
      '',
      '▏',
    ]);
  });
});

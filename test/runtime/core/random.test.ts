import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/index.ts';

const draw = (stream: RandomStream, count: number) => Array.from({ length: count }, () => stream.uint32());

describe('RandomStream', () => {
  it('gives the same numbers for the same seed and path, on every machine', () => {
    expect(draw(new RandomStream(0, 'shuffle', 3), 3)).toEqual(draw(new RandomStream(0, 'shuffle', 3), 3));
    expect(draw(new RandomStream(0), 4)).toMatchInlineSnapshot(`
      [
        929494847,
        2163947090,
        2202533665,
        2530055031,
      ]
    `);
  });

  it('gives other numbers for another seed, sign or path; 0 is a seed', () => {
    const first = [
      new RandomStream(0),
      new RandomStream(1),
      new RandomStream(-1),
      new RandomStream(2 ** 32),
      new RandomStream(0, 'a'),
      new RandomStream(0, 'a', 'b'),
      new RandomStream(0, 'ab'),
    ].map((s) => s.uint32());
    expect(new Set(first).size).toBe(first.length);
  });

  it('goes on exactly from a stored state', () => {
    const stream = new RandomStream(7);
    draw(stream, 5);
    const { state } = stream;
    const expected = draw(stream, 5);
    const other = new RandomStream(99);
    other.state = state;
    expect(draw(other, 5)).toEqual(expected);
  });

  it('draws uniform, normal and whole numbers with the right moments', () => {
    const stream = new RandomStream(1);
    const count = 20_000;
    const uniform = Array.from({ length: count }, () => stream.uniform());
    const normal = Array.from({ length: count }, () => stream.normal());
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    // Four standard errors: 4 * sqrt(1/12 / 20000) and 4 / sqrt(20000).
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.0082);
    expect(Math.abs(mean(normal))).toBeLessThan(0.029);
    expect(Math.abs(mean(normal.map((x) => x * x)) - 1)).toBeLessThan(0.041);
    const counts = new Array(6).fill(0);
    for (let i = 0; i < 6000; i++) counts[stream.integer(6)]++;
    expect(Math.min(...counts)).toBeGreaterThan(880);
  });

  it('permutes every position exactly once', () => {
    expect([...new RandomStream(3).permutation(100)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

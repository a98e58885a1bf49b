import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridOf, roundToGrid, type WeightGrid } from '../../../../src/compression/quantization/weight-grid.ts';
import { RandomStream } from '../../../../src/core/random.ts';

/** A kernel `[3, 3, 4, 5]` of numbers of every size, some of them 0. */
function kernel(seed: number, size = 1) {
  const random = new RandomStream(seed);
  return { shape: [3, 3, 4, 5], values: Float32Array.from({ length: 180 }, () => (random.uniform() < 0.3 ? 0 : size * random.normal())) };
}

const grids = fc.record({ bits: fc.constantFrom(8 as const, 4 as const), axis: fc.constantFrom(undefined, 2, 3) });
const kernels = fc.tuple(fc.integer(), fc.double({ min: -30, max: 30, noNaN: true })).map(([seed, power]) => kernel(seed, 10 ** power));

const channelOf = ({ axis }: WeightGrid, index: number) => (axis === undefined ? 0 : axis === 3 ? index % 5 : Math.floor(index / 5) % 4);

describe('roundToGrid', () => {
  it('gives whole numbers times the scales that gridOf finds again, to the bit', () => {
    fc.assert(
      fc.property(kernels, grids, (weight, grid) => {
        const values = roundToGrid(weight, grid);
        const { scales, bits } = gridOf({ ...weight, values }, grid);
        const numbers = values.map((value, i) => value / scales[channelOf(grid, i)]);
        expect(numbers.every((number) => Number.isInteger(number) && Math.abs(number) <= (bits === 8 ? 127 : 7))).toBe(true);
        expect(numbers.map((number, i) => number * scales[channelOf(grid, i)])).toEqual(values);
      }),
    );
  });

  it('leaves what is on the grid where it is, and 0 at 0', () => {
    fc.assert(
      fc.property(kernels, grids, (weight, grid) => {
        const values = roundToGrid(weight, grid);
        expect(roundToGrid({ ...weight, values }, grid)).toEqual(values);
        expect(weight.values.every((value, i) => value !== 0 || Object.is(values[i], 0))).toBe(true);
      }),
    );
  });

  it('is off by at most half a step of the channel', () => {
    const weight = kernel(1);
    const grid = { bits: 8, axis: 3 } as const;
    const values = roundToGrid(weight, grid);
    const { scales } = gridOf({ ...weight, values }, grid);
    const steps = values.map((value, i) => Math.abs(value - weight.values[i]) / scales[i % 5]);
    expect(Math.max(...steps)).toBeLessThanOrEqual(0.501);
  });

  it('cuts off the largest values with 4 bits where that is nearer to the whole', () => {
    const weight = kernel(2);
    const squared = (values: Float32Array) => values.reduce((sum, value, i) => sum + (value - weight.values[i]) ** 2, 0);
    const grid = { bits: 4, axis: 3 } as const;
    const { scales } = gridOf(weight, grid);
    const plain = weight.values.map((value, i) => Math.round(value / scales[i % 5]) * scales[i % 5]);
    expect(squared(roundToGrid(weight, grid))).toBeLessThan(squared(plain));
  });

  it('with one scale keeps equal values equal', () => {
    const weight = kernel(3);
    const shared = { ...weight, values: weight.values.map((value) => Math.round(4 * value) / 4) };
    const values = roundToGrid(shared, { bits: 8, axis: undefined });
    expect(new Set(values).size).toBeLessThanOrEqual(new Set(shared.values).size);
  });
});

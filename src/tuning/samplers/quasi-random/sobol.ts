import { directionNumbers } from './direction-numbers.ts';

/** How many dimensions the table has. */
export const sobolDimensions = directionNumbers.length + 1;

/**
 * One coordinate of a point of Sobol's sequence, scrambled as Owen does it: it stays as evenly spread, and points that differ in
 * the seed are independent. Every point follows from its position alone.
 *
 * Sobol 1967; Owen 1995; scrambling by a hash: Burley 2020, with the constants of Vegdahl 2021.
 * @param position of the point, from 0
 * @param dimension below `sobolDimensions`
 * @param seed a whole number of 32 bits, another one for each dimension
 * @returns a number in (0, 1)
 */
export function sobol(position: number, dimension: number, seed: number): number {
  let bits = 0;
  for (let i = 0; i < 32; i++) if ((position >>> i) & 1) bits ^= directions(dimension)[i];
  return (scramble(bits, seed) + 0.5) / 2 ** 32;
}

const known = new Map<number, Uint32Array>();

function directions(dimension: number): Uint32Array {
  const before = known.get(dimension);
  if (before) return before;
  const numbers = new Uint32Array(32);
  const [polynomial, ...initial] = dimension === 0 ? [1] : directionNumbers[dimension - 1];
  const degree = initial.length;
  for (let i = 0; i < 32; i++) {
    if (degree === 0) numbers[i] = 1 << (31 - i);
    else if (i < degree) numbers[i] = initial[i] << (31 - i);
    else {
      numbers[i] = numbers[i - degree] ^ (numbers[i - degree] >>> degree);
      for (let k = 1; k < degree; k++) if ((polynomial >>> (degree - k)) & 1) numbers[i] ^= numbers[i - k];
    }
  }
  known.set(dimension, numbers);
  return numbers;
}

/** Flips each bit or not, depending on the higher ones and the seed. */
function scramble(bits: number, seed: number): number {
  let x = reverse(bits);
  x ^= Math.imul(x, 0x3d20adea);
  x = (x + seed) | 0;
  x = Math.imul(x, (seed >>> 16) | 1);
  x ^= Math.imul(x, 0x05526c56);
  x ^= Math.imul(x, 0x53a22864);
  return reverse(x);
}

/** The lowest bit becomes the highest. */
function reverse(bits: number): number {
  let x = bits;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}

import type { Choice } from '../distribution.ts';
import type { InferredSpace } from './inferred-space.ts';
import { numberScale } from './number-scale.ts';

/** The numbers of a search space as the sides of a cube from 0 to 1, each on its scale; choices are left out. */
export interface UnitCube {
  readonly names: readonly string[];
  /** Undefined where a value is missing or has no place. */
  encode(params: Readonly<Record<string, Choice>>): number[] | undefined;
  decode(point: readonly number[]): Record<string, number>;
}

export function unitCube(space: InferredSpace): UnitCube {
  const sides = Object.entries(space).flatMap(([name, distribution]) =>
    distribution.kind === 'categorical' ? [] : [{ name, ...numberScale(distribution) }],
  );
  return {
    names: sides.map(({ name }) => name),
    encode(params) {
      const point = sides.map(({ name, low, high, encode }) => {
        const value = params[name];
        return typeof value === 'number' ? (encode(value) - low) / (high - low) : Number.NaN;
      });
      return point.every(Number.isFinite) ? point : undefined;
    },
    decode: (point) => Object.fromEntries(sides.map(({ name, low, high, decode }, i) => [name, decode(low + point[i] * (high - low))])),
  };
}

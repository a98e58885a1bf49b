import { type Choice, type Distribution, fromInternal } from '../../distribution.ts';
import { type InferredSpace, internalValues } from '../inferred-space.ts';
import { numberScale, stepOf } from '../number-scale.ts';

/** One parameter as a side of the cube that the process lives in: numbers from 0 to 1 on their scale, choices as their positions. */
export interface Side {
  readonly name: string;
  readonly isChoice: boolean;
  readonly isContinuous: boolean;
  /** The places to look at from a place, where it is not continuous: all of them, or near ones and some that are further and further off. */
  placesFrom(position: number): readonly number[];
  /** @param share from 0 to 1 */
  at(share: number): number;
  /** NaN where it has no place for the value. */
  encode(value: Choice | undefined): number;
  decode(position: number): Choice;
}

/** So many are all looked at. */
const fewPlaces = 16;

export function sidesOf(space: InferredSpace): Side[] {
  return Object.entries(space).map(([name, distribution]) => ({ name, ...sideOf(distribution) }));
}

function sideOf(distribution: Distribution): Omit<Side, 'name'> {
  const encode = internalValues(distribution);
  if (distribution.kind === 'categorical') {
    const places = [...distribution.choices.keys()];
    return {
      isChoice: true,
      isContinuous: false,
      placesFrom: () => places,
      at: (share) => Math.floor(share * places.length),
      encode,
      decode: (position) => fromInternal(distribution, position),
    };
  }
  const scale = numberScale(distribution);
  const step = stepOf(distribution);
  const range = scale.high - scale.low;
  const place = (value: number) => (scale.encode(value) - scale.low) / range;
  const decode = (position: number) => scale.decode(scale.low + position * range);
  const count = step === 0 ? 0 : Math.round((distribution.high - distribution.low) / step) + 1;
  return {
    isChoice: false,
    isContinuous: step === 0,
    placesFrom(position) {
      const now = Math.round((decode(position) - distribution.low) / step);
      const numbers = count <= fewPlaces ? [...Array(count).keys()] : doublingSteps(count).flatMap((far) => [now - far, now + far]);
      return numbers
        .filter((number) => number >= 0 && number < count)
        .map((number) => place(decode(place(distribution.low + number * step))));
    },
    at: (share) => (step === 0 ? share : place(decode(share))),
    encode: (value) => place(encode(value)),
    decode,
  };
}

function doublingSteps(count: number): number[] {
  return Array.from({ length: Math.ceil(Math.log2(count)) }, (_, i) => 2 ** i);
}

import { roundHalfToEven } from '../../core/round-half-to-even.ts';
import type { NamedWeight, WeightQuantization } from '../../packed/model-file.ts';

/** The values that a weight may have. */
export interface WeightGrid {
  /** 8: -127 to 127 times the scale; 4: -7 to 7. */
  readonly bits: 8 | 4;
  /** The axis of the output channels, each of which has a scale of its own; undefined: one scale for all. */
  readonly axis: number | undefined;
}

const largestNumber = { 8: 127, 4: 7 } as const;

/**
 * Brings each value to the nearest of its grid. What is 0 stays 0, and what is on the grid already stays where it is. Scales have
 * 17 significant bits, so that every product of a number and a scale is exact in float32.
 */
export function roundToGrid(weight: NamedWeight, { bits, axis }: WeightGrid): Float32Array {
  const channelOf = channels(weight.shape, axis);
  const largest = largestNumber[bits];
  const scales = bits === 8 ? widestScales(weight, axis, bits) : bestScales(weight, axis, bits);
  return weight.values.map((value, i) => {
    const scale = scales[channelOf(i)];
    const number = roundHalfToEven(value / scale);
    return Math.max(-largest, Math.min(largest, number)) * scale + 0; // + 0: a -0 would be another value in a file
  });
}

/** The scales of a weight that `roundToGrid` made; with them every value is a whole number times its scale, exactly. */
export function gridOf(weight: NamedWeight, { bits, axis }: WeightGrid): WeightQuantization {
  return { bits, scales: widestScales(weight, axis, bits), axis: axis ?? weight.shape.length - 1 };
}

/** Those that just reach the largest value of each channel; 1 where all values are 0. */
function widestScales({ shape, values }: NamedWeight, axis: number | undefined, bits: 8 | 4): Float32Array {
  const channelOf = channels(shape, axis);
  const widest = new Float32Array(axis === undefined ? 1 : shape[axis]);
  values.forEach((value, i) => {
    const channel = channelOf(i);
    if (Math.abs(value) > widest[channel]) widest[channel] = Math.abs(value);
  });
  return widest.map((value) => shortened(value / largestNumber[bits]) || 1);
}

/** Those of least squared error: with 4 bits it is better to cut off the few largest values. */
function bestScales(weight: NamedWeight, axis: number | undefined, bits: 8 | 4): Float32Array {
  const channelOf = channels(weight.shape, axis);
  const largest = largestNumber[bits];
  const widest = widestScales(weight, axis, bits);
  const best = widest.slice();
  const least = new Float64Array(widest.length).fill(Number.POSITIVE_INFINITY);
  for (let share = 20; share > 8; share--) {
    const scales = widest.map((scale) => shortened((scale * share) / 20));
    const errors = new Float64Array(widest.length);
    weight.values.forEach((value, i) => {
      const channel = channelOf(i);
      const number = Math.max(-largest, Math.min(largest, roundHalfToEven(value / scales[channel])));
      errors[channel] += (value - number * scales[channel]) ** 2;
    });
    errors.forEach((error, channel) => {
      if (error >= least[channel]) return;
      least[channel] = error;
      best[channel] = scales[channel];
    });
  }
  return best;
}

/** The channel of each value, by its place in the weight. */
function channels(shape: readonly number[], axis: number | undefined): (index: number) => number {
  if (axis === undefined) return () => 0;
  const count = shape[axis];
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  return inner === 1 ? (index) => index % count : (index) => Math.floor(index / inner) % count;
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** Up to the next float32 whose last 7 bits are 0. */
function shortened(scale: number): number {
  float[0] = scale;
  word[0] = (word[0] + 127) & ~127;
  return float[0];
}

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
  const scales = bits === 8 ? widestScales(weight, axis, bits) : bestScales(weight, axis, bits);
  const { values } = weight;
  const result = new Float32Array(values.length);
  forEachRun(weight, axis, (channel, start, end) => {
    const scale = scales[channel];
    for (let i = start; i < end; i++) result[i] = nearestNumber(values[i] / scale, largestNumber[bits]) * scale + 0; // + 0: a -0 would be another value in a file
  });
  return result;
}

/** The scales of a weight that `roundToGrid` made; with them every value is a whole number times its scale, exactly. */
export function gridOf(weight: NamedWeight, { bits, axis }: WeightGrid): WeightQuantization {
  return { bits, scales: widestScales(weight, axis, bits), axis: axis ?? weight.shape.length - 1 };
}

/** Those that just reach the largest value of each channel; 1 where all values are 0. */
function widestScales(weight: NamedWeight, axis: number | undefined, bits: 8 | 4): Float32Array {
  const widest = new Float32Array(axis === undefined ? 1 : weight.shape[axis]);
  forEachRun(weight, axis, (channel, start, end) => {
    for (let i = start; i < end; i++) widest[channel] = Math.max(widest[channel], Math.abs(weight.values[i]));
  });
  return widest.map((value) => shortened(value / largestNumber[bits]) || 1);
}

/** Those of least squared error: with 4 bits it is better to cut off the few largest values. */
function bestScales(weight: NamedWeight, axis: number | undefined, bits: 8 | 4): Float32Array {
  const largest = largestNumber[bits];
  const widest = widestScales(weight, axis, bits);
  const best = widest.slice();
  const least = new Float64Array(widest.length).fill(Number.POSITIVE_INFINITY);
  for (let share = 1; share > 0.5; share -= 0.07) {
    const scales = widest.map((scale) => shortened(scale * share));
    const errors = new Float64Array(widest.length);
    forEachRun(weight, axis, (channel, start, end) => {
      const scale = scales[channel];
      for (let i = start; i < end; i++) {
        const value = weight.values[i];
        const error = value - nearestNumber(value / scale, largest) * scale;
        errors[channel] += error * error;
      }
    });
    errors.forEach((error, channel) => {
      if (error >= least[channel]) return;
      least[channel] = error;
      best[channel] = scales[channel];
    });
  }
  return best;
}

function nearestNumber(value: number, largest: number): number {
  const number = roundHalfToEven(value);
  return number > largest ? largest : number < -largest ? -largest : number;
}

/** Calls with every piece of a channel that lies in one: from `start` to before `end`. */
function forEachRun(
  { shape, values }: NamedWeight,
  axis: number | undefined,
  visit: (channel: number, start: number, end: number) => void,
) {
  if (axis === undefined) return visit(0, 0, values.length);
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  for (let start = 0, channel = 0; start < values.length; start += inner, channel++) {
    if (channel === shape[axis]) channel = 0;
    visit(channel, start, start + inner);
  }
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** Up to the next float32 whose last 7 bits are 0. */
function shortened(scale: number): number {
  float[0] = scale;
  word[0] = (word[0] + 127) & ~127;
  return float[0];
}

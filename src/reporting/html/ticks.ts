/** An axis: where its values lie, and which are named. */
export interface Axis {
  readonly ticks: readonly number[];
  /** 0 at the lower end, 1 at the upper. */
  position(value: number): number;
  readonly isLogarithmic: boolean;
}

/**
 * A straight axis over values, with about `count` round numbers (1, 2 or 5 times a power of ten) as ticks.
 * @param whole only whole numbers, for counts and epochs
 */
export function linearAxis(values: readonly number[], { count = 5, whole = false } = {}): Axis {
  const [low, high] = spread(values);
  const step = Math.max(roundStep((high - low) / count), whole ? 1 : 0);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { ticks, position: (value) => (value - first * step) / ((last - first) * step), isLogarithmic: false };
}

/** An axis of epochs or steps: it ends where the values end. */
export function countingAxis(low: number, high: number, count = 6): Axis {
  const step = Math.max(1, roundStep((high - low) / count));
  const ticks = [low];
  for (let tick = Math.ceil((low + 1) / step) * step; tick <= high; tick += step) if (tick - low >= step / 2) ticks.push(tick);
  return { ticks, position: (value) => (high === low ? 0.5 : (value - low) / (high - low)), isLogarithmic: false };
}

/** A straight axis that ends where its range ends, with round numbers in it as ticks. @param whole only whole numbers */
export function rangeAxis(low: number, high: number, { count = 5, whole = false } = {}): Axis {
  if (low === high) return { ticks: [low], position: () => 0.5, isLogarithmic: false };
  const step = Math.max(roundStep((high - low) / count), whole ? 1 : 0);
  const first = Math.ceil(low / step - 1e-9);
  const ticks = Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { ticks, position: (value) => (value - low) / (high - low), isLogarithmic: false };
}

/** The same on a logarithmic scale, from above 0: powers of ten as ticks, over few of them also 2 and 5 times each. */
export function logarithmicRangeAxis(low: number, high: number): Axis {
  if (low === high) return { ticks: [low], position: () => 0.5, isLogarithmic: true };
  const [first, last] = [Math.log10(low), Math.log10(high)];
  const times = last - first < 2 ? [1, 2, 5] : [1];
  const powers = Array.from({ length: Math.ceil(last) - Math.floor(first) + 1 }, (_, i) => Math.floor(first) + i);
  const every = Math.ceil(powers.length / 7);
  const all = powers.filter((power) => power % every === 0).flatMap((power) => times.map((factor) => Number(`${factor}e${power}`)));
  const inside = all.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
  const position = (value: number) => (Math.log10(value) - first) / (last - first);
  return { ticks: inside.length < 2 ? [low, high] : inside, position, isLogarithmic: true };
}

/** An axis of powers of ten, for values over several of them; all must be above 0. */
export function logarithmicAxis(values: readonly number[]): Axis {
  const [low, high] = spread(values).map((value) => Math.log10(value));
  const [first, last] = [Math.floor(low), Math.max(Math.ceil(high), Math.floor(low) + 1)];
  const every = Math.ceil((last - first) / 6);
  const ticks = Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => Number(`1e${first + i * every}`));
  return { ticks, position: (value) => (Math.log10(value) - first) / (last - first), isLogarithmic: true };
}

/** The axis that shows these values best: logarithmic where the largest is a hundred times the smallest. */
export function fittingAxis(values: readonly number[]): Axis {
  const [low, high] = spread(values);
  return low > 0 && high / low > 100 ? logarithmicAxis(values) : linearAxis(values);
}

function spread(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (high > low) return [low, high];
  const half = Math.abs(low) || 1; // one value alone stands in the middle
  return [low - half, high + half];
}

/** The smallest of 1, 2 and 5 times a power of ten that is not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5].find((times) => times * power >= step * (1 - 1e-9)) ?? 10);
}

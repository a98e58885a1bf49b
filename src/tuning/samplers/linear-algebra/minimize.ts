/** A function to minimize, with its gradient. */
export type Differentiable = (x: Float64Array) => { readonly value: number; readonly gradient: Float64Array };

export interface MinimizeOptions {
  /** @default none */
  readonly low?: number;
  /** @default none */
  readonly high?: readonly number[];
  /** Ends when no element of the gradient that may be followed is larger. */
  readonly tolerance: number;
  /** @default 200 */
  readonly iterations?: number;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly product: number;
}

/**
 * Goes downhill to the next minimum: L-BFGS (Liu and Nocedal 1989) with the last ten steps, projected onto a box (Bertsekas
 * 1982): what lies at a side and wants out stays there for the step.
 */
export function minimize(f: Differentiable, start: Float64Array, options: MinimizeOptions): { x: Float64Array; value: number } {
  const { low = Number.NEGATIVE_INFINITY, high, tolerance, iterations = 200 } = options;
  const project = (x: Float64Array) => x.map((xi, i) => Math.min(high?.[i] ?? Number.POSITIVE_INFINITY, Math.max(low, xi)));
  let x: Float64Array = project(start);
  let { value, gradient } = f(x);
  let pairs: Pair[] = [];
  for (let i = 0; i < iterations; i++) {
    const isFree = x.map((xi, k) =>
      Number(!((xi <= low && gradient[k] > 0) || (xi >= (high?.[k] ?? Number.POSITIVE_INFINITY) && gradient[k] < 0))),
    );
    const slope = gradient.map((g, k) => g * isFree[k]);
    if (Math.max(...slope.map(Math.abs)) <= tolerance) break;
    let direction = newton(slope, pairs).map((d, k) => -d * isFree[k]);
    if (!(product(direction, slope) < 0)) {
      direction = slope.map((g) => -g);
      pairs = [];
    }
    const next = search(f, project, x, value, slope, direction, pairs.length === 0);
    if (!next) break;
    const step = next.x.map((xi, k) => xi - x[k]);
    const change = next.gradient.map((g, k) => g - gradient[k]);
    const curvature = product(step, change);
    if (curvature > 1e-12 * product(change, change)) pairs = [...pairs, { step, change, product: curvature }].slice(-10);
    const isStill = value - next.value <= 1e-12 * Math.max(1, Math.abs(value));
    ({ x, value, gradient } = next);
    if (isStill) break;
  }
  return { x, value };
}

/** Shorter and shorter steps, until one goes down as far as its slope promises (Armijo 1966). */
function search(
  f: Differentiable,
  project: (x: Float64Array) => Float64Array,
  from: Float64Array,
  value: number,
  slope: Float64Array,
  direction: Float64Array,
  isFirst: boolean,
) {
  let length = isFirst ? Math.min(1, 1 / Math.sqrt(product(slope, slope))) : 1;
  for (let i = 0; i < 30; i++, length /= 2) {
    const x = project(from.map((xi, k) => xi + length * direction[k]));
    const promised = product(
      slope,
      x.map((xi, k) => xi - from[k]),
    );
    const there = f(x);
    if (there.value <= value + 1e-4 * promised && Number.isFinite(there.value)) return { x, ...there };
  }
  return undefined;
}

/** The gradient times the inverse curvature that the last steps have shown: the two-loop recursion. */
function newton(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  let result = Float64Array.from(gradient);
  const shares: number[] = [];
  for (const pair of [...pairs].reverse()) {
    const share = product(pair.step, result) / pair.product;
    shares.unshift(share);
    result = result.map((r, k) => r - share * pair.change[k]);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = last.product / product(last.change, last.change);
    result = result.map((r) => r * scale);
  }
  for (const [i, pair] of pairs.entries()) {
    const share = shares[i] - product(pair.change, result) / pair.product;
    result = result.map((r, k) => r + share * pair.step[k]);
  }
  return result;
}

function product(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

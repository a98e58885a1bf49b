import { clamp } from '../number-scale.ts';
import { erfc } from './erfc.ts';

/** log(sqrt(2 pi)). */
export const logRootTwoPi = 0.5 * Math.log(2 * Math.PI);

/** The probability of a standard normal number below `x`. */
export function probabilityBelow(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/** Its logarithm, exact in the far left tail too. */
export function logProbabilityBelow(x: number): number {
  if (x > 6) return -probabilityBelow(-x);
  if (x > -20) return Math.log(probabilityBelow(x));
  // The asymptotic series of the tail (Abramowitz and Stegun, 1964, 26.2.12).
  let [sum, term] = [1, 1];
  for (let i = 1; Math.abs(term) > Number.EPSILON; i++) {
    term *= -(2 * i - 1) / (x * x);
    sum += term;
  }
  return -0.5 * x * x - Math.log(-x) - logRootTwoPi + Math.log(sum);
}

/** The logarithm of the probability of a standard normal number between `a` and `b`. */
export function logProbabilityBetween(a: number, b: number): number {
  if (a > 0) return logProbabilityBetween(-b, -a); // tails are exact on the left only
  if (b > 0) return Math.log1p(-probabilityBelow(a) - probabilityBelow(-b));
  const whole = logProbabilityBelow(b);
  return whole + Math.log1p(-Math.exp(logProbabilityBelow(a) - whole));
}

/** The number of a standard normal distribution cut to [a, b] below which a share `q` of it lies. */
export function truncatedNormalQuantile(q: number, a: number, b: number): number {
  const logMass = logProbabilityBetween(a, b);
  const x =
    a < 0
      ? inverse(logSum(logProbabilityBelow(a), Math.log(q) + logMass))
      : -inverse(logSum(logProbabilityBelow(-b), Math.log1p(-q) + logMass));
  return clamp(x, a, b);
}

function logSum(a: number, b: number): number {
  const largest = Math.max(a, b);
  return largest === Number.NEGATIVE_INFINITY ? largest : largest + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** The `x` of which `logProbabilityBelow(x)` is `y`: Newton's method from the tail's or the logistic function's approximation. */
function inverse(y: number): number {
  if (y >= 0) return Number.POSITIVE_INFINITY;
  if (y === Number.NEGATIVE_INFINITY) return y;
  if (y > -1e-2) return -inverse(Math.log(-Math.expm1(y)));
  let x = y < -5 ? -Math.sqrt(-2 * (y + logRootTwoPi)) : (-Math.sqrt(3) / Math.PI) * Math.log(Math.expm1(-y));
  for (let i = 0; i < 100; i++) {
    const logBelow = logProbabilityBelow(x);
    const change = (logBelow - y) * Math.exp(logBelow + 0.5 * x * x + logRootTwoPi);
    x -= change;
    if (Math.abs(change) < 1e-8 * Math.abs(x)) break;
  }
  return x;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const elu = (x: number, alpha: number) => (x > 0 ? x : alpha * Math.expm1(x));

/** By its series, or far from 0 by its continued fraction. */
function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x > 3) {
    let fraction = x;
    for (let i = 60; i > 0; i--) fraction = x + i / 2 / fraction;
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
  let [term, sum] = [x, x];
  for (let i = 1; i < 80; i++) {
    term *= (-x * x) / i;
    sum += term / (2 * i + 1);
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * sum;
}

/** What `activateCurve` computes: by their numbers in wasm/curves.ts, from 1 on. */
export const curves: readonly ((x: number, alpha: number, threshold: number, limit: number) => number)[] = [
  sigmoid,
  Math.tanh,
  elu,
  (x) => 1.0507009873554805 * elu(x, 1.6732632423543772),
  (x) => x * sigmoid(x),
  (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5)),
  (x) => x / (1 + Math.abs(x)),
  (x, alpha) => (x > 0 ? x : alpha * x),
  (x) => (x >= 0 ? 1 : -1),
  (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  (x, alpha, threshold, limit) => (x >= threshold ? Math.min(x, limit) : alpha * (x - threshold)),
  (x) => x * 0.5 * erfc(-x / Math.SQRT2),
  (x) => x * Math.tanh(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
];

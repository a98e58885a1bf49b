/** Activations of single values that no product ends with. */
import { exponential } from './exponential';
import { loadLanes, minimum, multiplyAdd, storeLanes, zeros } from './lanes';

/**
 * 1 sigmoid, 2 tanh, 3 elu, 4 selu, 5 swish, 6 hard sigmoid, 7 softsign, 8 leaky ReLU, 9 sign, 10 softplus, 11 ReLU from `threshold` on up to `limit`,
 * with a slope below, 12 gelu, 13 mish. `alpha` is that of 3, 8 and 11. Input and output may be the same.
 */
export function activateCurve(count: i32, input: usize, output: usize, curve: i32, alpha: f32, threshold: f32, limit: f32): void {
  for (let first = 0; first < count; first += 4) {
    const at = <usize>first << 2, lanes = minimum(4, count - first);
    storeLanes(output + at, valueOf(loadLanes(input + at, lanes), curve, alpha, threshold, limit), lanes);
  }
}

// @ts-ignore: decorator
@inline
function valueOf(x: v128, curve: i32, alpha: f32, threshold: f32, limit: f32): v128 {
  // The cheap ones first: Node 24 computes what stands before them with them, ten times their time.
  const one = f32x4.splat(1);
  if (curve == 9) return v128.bitselect(one, f32x4.splat(-1), f32x4.ge(x, zeros()));
  if (curve == 8) return v128.bitselect(x, f32x4.mul(x, f32x4.splat(alpha)), f32x4.gt(x, zeros()));
  if (curve == 11) {
    const from = f32x4.splat(threshold), below = f32x4.mul(f32x4.splat(alpha), f32x4.sub(x, from));
    return v128.bitselect(f32x4.min(x, f32x4.splat(limit)), below, f32x4.ge(x, from));
  }
  if (curve == 7) return f32x4.div(x, f32x4.add(one, f32x4.abs(x)));
  if (curve == 6) return f32x4.min(one, f32x4.max(zeros(), f32x4.add(f32x4.mul(x, f32x4.splat(0.2)), f32x4.splat(0.5))));
  if (curve == 1) return sigmoid(x);
  if (curve == 2) return tanh(x);
  if (curve == 5) return f32x4.mul(x, sigmoid(x));
  if (curve == 10) return softplus(x);
  if (curve == 12) return gelu(x);
  if (curve == 13) return mish(x);
  return curve == 3 ? elu(x, alpha) : f32x4.mul(elu(x, 1.6732632423543772), f32x4.splat(1.0507009873554805));
}

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return keepNaN(x, f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x)))));
}

/** Near 0 by Cephes' polynomial (Moshier 1989), else 1 - 2 / (e^2x + 1). */
function tanh(x: v128): v128 {
  const square = f32x4.mul(x, x), one = f32x4.splat(1);
  let sum = f32x4.splat(-5.70498872745e-3);
  sum = multiplyAdd(sum, square, f32x4.splat(2.06390887954e-2));
  sum = multiplyAdd(sum, square, f32x4.splat(-5.37397155531e-2));
  sum = multiplyAdd(sum, square, f32x4.splat(1.33314422036e-1));
  sum = multiplyAdd(sum, square, f32x4.splat(-3.33332819422e-1));
  const near = multiplyAdd(f32x4.mul(sum, square), x, x);
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exponential(f32x4.add(x, x)), one)));
  return keepNaN(x, v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.625))));
}

/** max(x, 0) + log(1 + y) with y = e^-|x|: the logarithm is 2 artanh(y / (2 + y)), of which 1/3 is the largest argument. */
function softplus(x: v128): v128 {
  const two = f32x4.splat(2), y = exponential(f32x4.neg(f32x4.abs(x)));
  const s = f32x4.div(y, f32x4.add(two, y)), square = f32x4.mul(s, s);
  let sum = f32x4.splat(<f32>(1.0 / 13.0));
  sum = multiplyAdd(sum, square, f32x4.splat(<f32>(1.0 / 11.0)));
  sum = multiplyAdd(sum, square, f32x4.splat(<f32>(1.0 / 9.0)));
  sum = multiplyAdd(sum, square, f32x4.splat(<f32>(1.0 / 7.0)));
  sum = multiplyAdd(sum, square, f32x4.splat(<f32>(1.0 / 5.0)));
  sum = multiplyAdd(sum, square, f32x4.splat(<f32>(1.0 / 3.0)));
  sum = multiplyAdd(sum, square, f32x4.splat(1));
  return keepNaN(x, multiplyAdd(sum, f32x4.mul(s, two), f32x4.max(x, zeros())));
}

/** x times the share of a normal distribution below x, by Hastings' polynomial (Abramowitz and Stegun 1964, 7.1.26): within 1e-7 |x|. */
function gelu(x: v128): v128 {
  const size = f32x4.abs(x), one = f32x4.splat(1);
  const t = f32x4.div(one, multiplyAdd(size, f32x4.splat(<f32>(0.3275911 * 0.7071067811865476)), one));
  let sum = f32x4.splat(1.061405429);
  sum = multiplyAdd(sum, t, f32x4.splat(-1.453152027));
  sum = multiplyAdd(sum, t, f32x4.splat(1.421413741));
  sum = multiplyAdd(sum, t, f32x4.splat(-0.284496736));
  sum = multiplyAdd(sum, t, f32x4.splat(0.254829592));
  const outside = exponential(f32x4.mul(f32x4.mul(size, size), f32x4.splat(-0.5)));
  const tail = f32x4.mul(f32x4.mul(f32x4.mul(sum, t), outside), f32x4.splat(0.5));
  return keepNaN(x, f32x4.mul(x, v128.bitselect(f32x4.sub(one, tail), tail, f32x4.ge(x, zeros()))));
}

/** x tanh(softplus(x)) = x y / (y + 2) with y = e^x (e^x + 2), which is 1 in float32 from 20 on. */
function mish(x: v128): v128 {
  const two = f32x4.splat(2), power = exponential(f32x4.min(x, f32x4.splat(20)));
  const y = f32x4.mul(power, f32x4.add(power, two));
  return keepNaN(x, f32x4.mul(x, f32x4.div(y, f32x4.add(y, two))));
}

// @ts-ignore: decorator
@inline
function elu(x: v128, alpha: f32): v128 {
  const below = f32x4.mul(f32x4.splat(alpha), f32x4.sub(exponential(f32x4.min(x, zeros())), f32x4.splat(1)));
  return keepNaN(x, v128.bitselect(x, below, f32x4.gt(x, zeros())));
}

/** The exponential takes NaN for a number. */
// @ts-ignore: decorator
@inline
function keepNaN(x: v128, value: v128): v128 {
  return v128.bitselect(value, x, f32x4.eq(x, x));
}

/** e^x in four lanes, relative error below 2e-7: Cephes' `expf` (Moshier 1989). The standard library's would bring a table of its own into memory. */
import { multiplyAdd } from './lanes';

// @ts-ignore: decorator
@inline
export function exponential(x: v128): v128 {
  const inRange = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.33654)), f32x4.splat(88.72283));
  const power = f32x4.floor(multiplyAdd(inRange, f32x4.splat(1.44269504088896341), f32x4.splat(0.5)));
  let rest = multiplyAdd(power, f32x4.splat(-0.693359375), inRange);
  rest = multiplyAdd(power, f32x4.splat(2.12194440e-4), rest);
  let sum = f32x4.splat(1.9875691500e-4);
  sum = multiplyAdd(sum, rest, f32x4.splat(1.3981999507e-3));
  sum = multiplyAdd(sum, rest, f32x4.splat(8.3334519073e-3));
  sum = multiplyAdd(sum, rest, f32x4.splat(4.1665795894e-2));
  sum = multiplyAdd(sum, rest, f32x4.splat(1.6666665459e-1));
  sum = multiplyAdd(sum, rest, f32x4.splat(5.0000001201e-1));
  sum = multiplyAdd(f32x4.mul(rest, rest), sum, f32x4.add(rest, f32x4.splat(1)));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(power), i32x4.splat(127)), 23);
  return v128.andnot(f32x4.mul(sum, scale), f32x4.lt(x, f32x4.splat(-87.33654)));
}

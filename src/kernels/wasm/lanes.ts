/** a * b + c in four lanes: one rounding where relaxed SIMD is there, two where not. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
export function zeros(): v128 {
  return f32x4.splat(0);
}

/** How a result ends: 0 as it is, 1 ReLU, 2 ReLU6. NaN stays NaN: `pmax` and `pmin` keep their first operand then. */
// @ts-ignore: decorator
@inline
export function activate(value: v128, activation: i32): v128 {
  if (activation == 0) return value;
  const positive = f32x4.pmax(value, zeros());
  return activation == 2 ? f32x4.pmin(positive, f32x4.splat(6)) : positive;
}

// @ts-ignore: decorator
@inline
export function activateOne(value: f32, activation: i32): f32 {
  if (activation == 0) return value;
  const positive = value < 0 ? <f32>0 : value;
  return activation == 2 && positive > 6 ? <f32>6 : positive;
}

/** Reads the first `count` (0 to 4) lanes, the others are 0; touches no byte behind them. */
// @ts-ignore: decorator
@inline
export function loadLanes(source: usize, count: i32): v128 {
  if (count >= 4) return v128.load(source);
  if (count <= 0) return zeros();
  let value = v128.load32_zero(source);
  if (count > 1) value = f32x4.replace_lane(value, 1, load<f32>(source, 4));
  if (count > 2) value = f32x4.replace_lane(value, 2, load<f32>(source, 8));
  return value;
}

/** Writes the first `count` (0 to 4) lanes and no byte behind them. */
// @ts-ignore: decorator
@inline
export function storeLanes(target: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(target, value);
    return;
  }
  if (count > 0) store<f32>(target, f32x4.extract_lane(value, 0));
  if (count > 1) store<f32>(target, f32x4.extract_lane(value, 1), 4);
  if (count > 2) store<f32>(target, f32x4.extract_lane(value, 2), 8);
}

// @ts-ignore: decorator
@inline
export function sumLanes(value: v128): f32 {
  const pairs = f32x4.add(value, v128.shuffle<f32>(value, value, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

// @ts-ignore: decorator
@inline
export function minimum(a: i32, b: i32): i32 {
  return a < b ? a : b;
}

// @ts-ignore: decorator
@inline
export function maximum(a: i32, b: i32): i32 {
  return a > b ? a : b;
}

/** The next multiple of four. */
// @ts-ignore: decorator
@inline
export function roundUp4(count: i32): i32 {
  return (count + 3) & ~3;
}

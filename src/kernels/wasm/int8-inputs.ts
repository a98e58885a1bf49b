/** Float32 becomes whole numbers of 7 bits: value / scale, halves to the even number, plus the zero point; cut off to 0 to 127. */
import { loadLanes, maximum, minimum } from './lanes';
import { numberShift } from './int8-tiles';

/** 1.5 * 2 ** 23: a float32 that it is added to has its whole part, rounded half to even, in the lowest bits. */
const roundingTerm: f32 = 12582912;

/** The whole numbers of four values, counted from the zero point. NaN is the least. */
// @ts-ignore: decorator
@inline
function whole(value: v128, scale: v128, least: v128, most: v128): v128 {
  const inside = f32x4.pmin(most, f32x4.pmax(least, f32x4.div(value, scale)));
  const term = f32x4.splat(roundingTerm);
  return i32x4.sub(f32x4.add(inside, term), term);
}

/** Writes up to seven numbers more than `count`. */
export function roundNumbers(source: usize, count: i32, scale: f32, zeroPoint: i32, target: usize): void {
  const zeroValue = <f32>zeroPoint;
  const divisor = f32x4.splat(scale), least = f32x4.splat(-zeroValue), most = f32x4.splat(127 - zeroValue);
  const zero = i16x8.splat(<i16>zeroPoint);
  for (; count > 0; count -= 8, source += 32, target += 8 << numberShift) {
    const low = count >= 8 ? v128.load(source) : loadLanes(source, count);
    const high = count >= 8 ? v128.load(source, 16) : loadLanes(source + 16, count - 4);
    const numbers = i16x8.add(i16x8.narrow_i32x4_s(whole(low, divisor, least, most), whole(high, divisor, least, most)), zero);
    if (numberShift == 1) v128.store(target, numbers);
    else v128.store64_lane(target, i8x16.narrow_i16x8_u(numbers, numbers), 0);
  }
}

/** Writes up to 15 bytes more. */
// @ts-ignore: decorator
@inline
function fillNumbers(target: usize, count: i32, zeroPoint: i32): void {
  const zeros = numberShift == 1 ? i16x8.splat(<i16>zeroPoint) : i8x16.splat(<i8>zeroPoint);
  for (const end = target + (<usize>count << numberShift); target < end; target += 16) v128.store(target, zeros);
}

/**
 * An image `[height, width, channels]` in the middle of zero points, `[paddedHeight, paddedWidth, channels]`; what does not fit is cut off.
 * From front to back, so that what is written too much is overwritten.
 */
export function roundImage(
  source: usize, height: i32, width: i32, channels: i32, padTop: i32, padLeft: i32, paddedHeight: i32, paddedWidth: i32,
  scale: f32, zeroPoint: i32, target: usize,
): void {
  const rowBytes = <usize>(width * channels) << 2, paddedRow = paddedWidth * channels, paddedRowBytes = <usize>paddedRow << numberShift;
  const before = minimum(padLeft, paddedWidth) * channels;
  const inside = maximum(0, minimum(width, paddedWidth - padLeft)) * channels;
  for (let y = 0; y < paddedHeight; y++, target += paddedRowBytes) {
    const from = y - padTop;
    if (from < 0 || from >= height) {
      fillNumbers(target, paddedRow, zeroPoint);
      continue;
    }
    fillNumbers(target, before, zeroPoint);
    roundNumbers(source + <usize>from * rowBytes, inside, scale, zeroPoint, target + (<usize>before << numberShift));
    fillNumbers(target + (<usize>(before + inside) << numberShift), paddedRow - before - inside, zeroPoint);
  }
}

/** Smallest and largest of `count` values and 0; NaN does not count. Written as two floats. */
export function rangeOf(source: usize, count: i32, target: usize): void {
  let least = f32x4.splat(0), most = least;
  for (; count > 0; count -= 4, source += 16) {
    const value = loadLanes(source, count);
    least = f32x4.pmin(least, value);
    most = f32x4.pmax(most, value);
  }
  least = f32x4.pmin(least, v128.shuffle<f32>(least, least, 2, 3, 0, 1));
  most = f32x4.pmax(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1));
  const low0 = f32x4.extract_lane(least, 0), low1 = f32x4.extract_lane(least, 1);
  const high0 = f32x4.extract_lane(most, 0), high1 = f32x4.extract_lane(most, 1);
  store<f32>(target, low0 < low1 ? low0 : low1);
  store<f32>(target, high0 > high1 ? high0 : high1, 4);
}

/** The scale of a range of `rangeOf`, as in src/packed/activation-range.ts. */
export function scaleOf(range: usize): f32 {
  const width = <f64>load<f32>(range, 4) - <f64>load<f32>(range);
  const scale = <f32>(width / 127);
  return scale == 0 ? 1 : scale;
}

export function zeroPointOf(range: usize, scale: f32): i32 {
  return <i32>min<f64>(127, nearest<f64>(-(<f64>load<f32>(range)) / <f64>scale));
}

/**
 * Signs times signs: 64 products are one exclusive or and one count of bits (Rastegari et al., "XNOR-Net", 2016). A bit of 1 stands for a
 * negative sign. `dot = base - 2 * count`, where `base` is the length of the sum; where a window reaches out of the image, whose bits are 0
 * there, it makes up for the weights that meet nothing.
 */
import { activate, loadLanes, minimum, storeLanes } from './lanes';

/** Windows that are brought together and multiplied with all weights; scratch has room for as many. */
const windowsAtOnce: i32 = 64;
/** Before the words of a window: the magnitude of the signs, and where its bases stand. */
const headBytes: usize = 8;
/** Before the words of four filters: their scales, their bias. */
const panelHead: usize = 32;

/** Bytes of a window's words with their head; every row of a filter begins with a new word. */
// @ts-ignore: decorator
@inline
function windowBytes(filterHeight: i32, filterBits: i32): usize {
  return headBytes + (<usize>(filterHeight * ((filterBits + 63) >> 6)) << 3);
}

/**
 * A convolution of images whose values are s or -s, with an s for each image; a dense layer is one of 1x1. `places` says for each pixel of
 * the result where in `bases` its n (to the next four) whole numbers stand, in bytes. Scratch: 64 windows, then `imageRows` rows of bits,
 * `rowBytes` each, whose first pixel is at a whole word behind the padding, and one word more.
 */
export function binaryConv2d(
  batch: i32, inHeight: i32, inWidth: i32, inChannels: i32, filterHeight: i32, filterWidth: i32, outHeight: i32, outWidth: i32,
  outChannels: i32, strideHeight: i32, strideWidth: i32, padTop: i32, padLeft: i32,
  input: usize, panels: usize, bases: usize, places: usize, output: usize, activation: i32, imageRows: i32, rowBytes: usize, scratch: usize,
): void {
  const rowFloats = inWidth * inChannels, filterBits = filterWidth * inChannels;
  const stepBytes = windowBytes(filterHeight, filterBits);
  const image = scratch + <usize>windowsAtOnce * stepBytes;
  const first = (padLeft * inChannels + 63) & ~63, start = first - padLeft * inChannels;
  const rows = minimum(inHeight, imageRows - padTop);
  memory.fill(image, 0, <usize>imageRows * rowBytes);
  let window = scratch, waiting = 0;
  for (; batch > 0; batch--, input += <usize>(inHeight * rowFloats) << 2) {
    for (let y = 0; y < rows; y++) {
      signsToBits(input + (<usize>(y * rowFloats) << 2), rowFloats, image + <usize>(y + padTop) * rowBytes + (<usize>first >> 3));
    }
    const magnitude = abs<f32>(load<f32>(input));
    let place = places;
    for (let y = 0; y < outHeight; y++) {
      const row = image + <usize>(y * strideHeight) * rowBytes;
      for (let x = 0; x < outWidth; x++, place += 4) {
        store<f32>(window, magnitude);
        store<u32>(window, load<u32>(place), 4);
        copyWindow(row, rowBytes, start + x * strideWidth * inChannels, filterHeight, filterBits, window + headBytes);
        window += stepBytes;
        if (++waiting < windowsAtOnce) continue;
        multiply(waiting, scratch, stepBytes, outChannels, panels, bases, output, activation);
        output += <usize>(waiting * outChannels) << 2;
        window = scratch;
        waiting = 0;
      }
    }
  }
  multiply(waiting, scratch, stepBytes, outChannels, panels, bases, output, activation);
}

/** The sign bits of `count` floats; behind them up to 15 of 0. */
function signsToBits(source: usize, count: i32, target: usize): void {
  for (; count > 0; count -= 16, source += 64, target += 2) {
    const isWhole = count >= 16;
    const a = isWhole ? v128.load(source) : loadLanes(source, count), b = isWhole ? v128.load(source, 16) : loadLanes(source + 16, count - 4);
    const c = isWhole ? v128.load(source, 32) : loadLanes(source + 32, count - 8);
    const d = isWhole ? v128.load(source, 48) : loadLanes(source + 48, count - 12);
    const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
    store<u16>(target, <u16>i8x16.bitmask(bytes));
  }
}

/** A window of the image, of which each row begins at this bit. */
// @ts-ignore: decorator
@inline
function copyWindow(row: usize, rowBytes: usize, bit: i32, filterHeight: i32, filterBits: i32, target: usize): void {
  const shift = <u64>(bit & 63), back = 63 - shift;
  row += (<usize>bit >> 6) << 3;
  for (; filterHeight > 0; filterHeight--, row += rowBytes) {
    let left = filterBits, source = row;
    for (; left > 0; left -= 64, source += 8, target += 8) {
      let word = (load<u64>(source) >> shift) | ((load<u64>(source, 8) << 1) << back);
      if (left < 64) word &= ((<u64>1) << (<u64>left)) - 1;
      store<u64>(target, word);
    }
  }
}

/** Windows times all filters, four at a time. */
function multiply(
  windows: i32, source: usize, stepBytes: usize, n: i32, panel: usize, bases: usize, output: usize, activation: i32,
): void {
  const panelBytes = (stepBytes - headBytes) << 2;
  for (let column = 0; column < n; column += 4, bases += 16, output += 16) {
    const scales = v128.load(panel), bias = v128.load(panel, 16);
    panel += panelHead;
    let window = source, target = output;
    for (let i = 0; i < windows; i++, window += stepBytes, target += <usize>n << 2) {
      let s0: i64 = 0, s1: i64 = 0, s2: i64 = 0, s3: i64 = 0;
      const end = window + stepBytes;
      let weights = panel;
      for (let at = window + headBytes; at != end; at += 8, weights += 32) {
        const x = load<i64>(at);
        s0 += popcnt<i64>(x ^ load<i64>(weights));
        s1 += popcnt<i64>(x ^ load<i64>(weights, 8));
        s2 += popcnt<i64>(x ^ load<i64>(weights, 16));
        s3 += popcnt<i64>(x ^ load<i64>(weights, 24));
      }
      const low = i64x2.replace_lane(i64x2.splat(s0), 1, s1), high = i64x2.replace_lane(i64x2.splat(s2), 1, s3);
      const counts = v128.shuffle<i32>(low, high, 0, 2, 4, 6);
      const dots = f32x4.convert_i32x4_s(i32x4.sub(v128.load(bases + load<u32>(window, 4)), i32x4.shl(counts, 1)));
      const sums = f32x4.add(f32x4.mul(f32x4.mul(dots, v128.load32_splat(window)), scales), bias);
      storeLanes(target, activate(sums, activation), n - column);
    }
    panel += panelBytes;
  }
}

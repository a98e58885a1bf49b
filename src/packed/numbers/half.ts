/**
 * The float16 (IEEE 754 binary16) that equals a float32, both as their bits; -1 where there is none.
 * @param word the bits of the float32
 */
function halfOf(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = ((word >>> 23) & 0xff) - 127;
  const mantissa = word & 0x7fffff;
  if ((word & 0x7fffffff) === 0) return sign;
  if (exponent === 128) return mantissa & 0x1fff ? -1 : sign | 0x7c00 | (mantissa >>> 13);
  if (exponent < -24 || exponent > 15) return -1;
  if (exponent >= -14) return mantissa & 0x1fff ? -1 : sign | ((exponent + 15) << 10) | (mantissa >>> 13);
  // Denormal: a whole number times 2^-24, with the leading 1 written out.
  const whole = mantissa | 0x800000;
  const shift = -1 - exponent;
  return whole & (2 ** shift - 1) ? -1 : sign | (whole >>> shift);
}

/** The bits of the float32 that equals a float16. */
function wordOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 31) return sign | 0x7f800000 | (mantissa << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (mantissa << 13);
  if (mantissa === 0) return sign;
  const shift = Math.clz32(mantissa) - 21; // until the leading 1 is bit 10, which float32 does not write
  return sign | ((113 - shift) << 23) | (((mantissa << shift) & 0x3ff) << 13);
}

/** The bytes of the float16 numbers that equal these float32 words, the lower byte first; undefined where there is one without. */
export function halfBytesOf(words: Uint32Array): Uint8Array | undefined {
  const bytes = new Uint8Array(2 * words.length);
  for (let i = 0; i < words.length; i++) {
    const half = halfOf(words[i]);
    if (half < 0) return undefined;
    bytes[2 * i] = half;
    bytes[2 * i + 1] = half >>> 8;
  }
  return bytes;
}

/** The float32 words of float16 numbers. */
export function wordsOfHalfBytes(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(bytes.length / 2);
  for (let i = 0; i < words.length; i++) words[i] = wordOfHalf(bytes[2 * i] | (bytes[2 * i + 1] << 8));
  return words;
}

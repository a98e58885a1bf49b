let known: boolean | undefined;

/**
 * Whether relaxed SIMD's dot product of bytes is one instruction here (VNNI, ARM): then it is the fastest way to multiply them. Elsewhere it
 * is made of sums of 16 bits, which shows where two products of 255 and 127 are cut off.
 */
export function hasByteDotProduct(): boolean {
  known ??= WebAssembly.validate(probe) && sumOfProbe() !== 2 * 32_767;
  return known;
}

function sumOfProbe(): number {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(probe));
  return (exports.sum as () => number)();
}

// What every instruction takes, as a list: section number, length, contents.
const bytesOf127 = [0x41, 0xff, 0x00, 0xfd, 0x0f];
const bytesOf255 = [0x41, 0x7f, 0xfd, 0x0f];
const zeros = [0x41, 0x00, 0xfd, 0x11];
/** i32x4.relaxed_dot_i8x16_i7x16_add_s, then lane 0 of it. */
const firstSum = [0xfd, 0x93, 0x02, 0xfd, 0x1b, 0x00];
const body = [0, ...bytesOf127, ...bytesOf255, ...zeros, ...firstSum, 0x0b];

/** A module of the function `sum() -> i32`. */
const probe = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7f],
  ...[3, 2, 1, 0],
  ...[7, 7, 1, 3, 0x73, 0x75, 0x6d, 0, 0],
  ...[10, body.length + 2, 1, body.length, ...body],
);

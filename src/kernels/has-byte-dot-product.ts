import { firstOf, resultOfInstructions, vectorOf } from './result-of-instructions.ts';

let known: boolean | undefined;

/**
 * Whether relaxed SIMD's dot product of bytes is one instruction here (VNNI, ARM): then it is the fastest way to multiply them. Elsewhere it
 * is made of sums of 16 bits, which shows where two products of 255 and 127 are cut off.
 */
export function hasByteDotProduct(): boolean {
  known ??= (resultOfInstructions(dotProduct) ?? cutOff) !== cutOff;
  return known;
}

const cutOff = 2 * 32_767;
/** i32x4.relaxed_dot_i8x16_i7x16_add_s of bytes 127 and 255. */
const dotProduct = [...vectorOf.bytes(127), ...vectorOf.bytes(-1), ...vectorOf.integers(0), 0xfd, 0x93, 0x02, ...firstOf.integers];

import { firstOf, resultOfInstructions, vectorOf } from './result-of-instructions.ts';

let known: boolean | undefined;

/**
 * Whether this JavaScript engine has relaxed SIMD and computes it right: Node 22 and newer. Node 20, told to by its flag, takes it and
 * multiplies bytes with the wrong signs. Found out without loading a build of the kernels.
 */
export function hasRelaxedSimd(): boolean {
  known ??= resultOfInstructions(sumOfAll) === 4 * -127 * 127 + 2 * -127 * 127 + (3 * 5 + 7);
  return known;
}

const add = 0x6a;
const [weights, numbers] = [vectorOf.bytes(-127), vectorOf.bytes(127)];
/** i32x4.relaxed_dot_i8x16_i7x16_add_s, i16x8.relaxed_dot_i8x16_i7x16_s and f32x4.relaxed_madd: what the kernels use. */
const sumOfAll = [
  ...[...weights, ...numbers, ...vectorOf.integers(0), 0xfd, 0x93, 0x02, ...firstOf.integers],
  ...[...weights, ...numbers, 0xfd, 0x92, 0x02, ...firstOf.shorts, add],
  ...[...vectorOf.floats(3), ...vectorOf.floats(5), ...vectorOf.floats(7), 0xfd, 0x85, 0x02, ...firstOf.floats, add],
];

import type { WinogradTransforms } from './cook-toom.ts';
import { type Rational, toNumber } from './rational.ts';

/** Half the distance of 1 to the next float32. */
const roundoff = 2 ** -24;

/**
 * A bound of what rounding to float32 adds to the sum of the outputs' absolute values, as a multiple of ‖filter‖₂ ‖inputs‖₂ of one tile
 * and channel: ‖AT‖₁ ‖G‖F ‖BT‖F (a + b + g + 1) u in one dimension, with its factors squared and their roundings doubled in two
 * (Barabasz, Anderson, Soodhalter and Gregg, "Error analysis and improving the accuracy of Winograd convolution", 2020).
 */
export function winogradErrorBound(transforms: WinogradTransforms, dimensions: 1 | 2): number {
  const { outputTransform, filterTransform, inputTransform } = transforms;
  const amplification = columnSum(outputTransform) * frobenius(filterTransform) * frobenius(inputTransform);
  const roundings = [outputTransform, filterTransform, inputTransform].reduce((sum, matrix) => sum + longestSum(matrix), 0);
  return amplification ** dimensions * (dimensions * roundings + 1) * roundoff;
}

/** Multiplications of the filter itself per multiplication of F(m, r): 2.25 for F(2x2, 3x3). */
export function winogradSavings({ outputs, taps, size }: WinogradTransforms, dimensions: 1 | 2): number {
  return ((outputs * taps) / size) ** dimensions;
}

type Rows = readonly (readonly Rational[])[];

function columnSum(matrix: Rows): number {
  return Math.max(...matrix[0].map((_, j) => matrix.reduce((sum, row) => sum + Math.abs(toNumber(row[j])), 0)));
}

function frobenius(matrix: Rows): number {
  return Math.sqrt(matrix.flat().reduce((sum, value) => sum + toNumber(value) ** 2, 0));
}

/** Roundings of the longest row: one for each product and sum that is not trivial. */
function longestSum(matrix: Rows): number {
  return Math.max(...matrix.map((row) => row.filter(({ numerator }) => numerator !== 0n).length));
}

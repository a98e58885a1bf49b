import { DlError } from '../../core/errors.ts';
import { divide, one, type Rational, rational, subtract, times, zero } from './rational.ts';

/** Minimal filtering F(m, r): m outputs of a filter of r taps by m + r - 1 multiplications, y = AT ((G g) * (BT d)), entry by entry. */
export interface WinogradTransforms {
  readonly outputs: number;
  readonly taps: number;
  /** Inputs of a tile, and multiplications: m + r - 1. */
  readonly size: number;
  /** `[outputs, size]`: what becomes of the products. */
  readonly outputTransform: readonly (readonly Rational[])[];
  /** `[size, taps]`: what becomes of the filter. */
  readonly filterTransform: readonly (readonly Rational[])[];
  /** `[size, size]`: what becomes of the inputs. */
  readonly inputTransform: readonly (readonly Rational[])[];
}

/** Where polynomials are evaluated, besides infinity: small numbers first, for they lose the fewest bits. */
const defaultPoints = ['0', '1', '-1', '2', '-2', '1/2', '-1/2', '4', '-4', '1/4', '-1/4', '3', '-3'];

/**
 * The transforms of F(m, r) by Cook's and Toom's algorithm, exactly (Winograd, "Arithmetic complexity of computations", 1980; Lavin and
 * Gray, 2016): two polynomials are multiplied by their values at m + r - 2 points and at infinity; its transpose filters.
 *
 * @param outputs m, at least 1
 * @param taps r, at least 1
 * @param points m + r - 2 different numbers. @default 0, 1, -1, 2, -2, 1/2, ...
 * @throws DlError `config` for sizes or points that cannot be
 */
export function winogradTransforms(outputs: number, taps: number, points?: readonly (number | string)[]): WinogradTransforms {
  const size = outputs + taps - 1;
  for (const [name, value] of Object.entries({ outputs, taps })) {
    if (!Number.isInteger(value) || value < 1)
      throw new DlError('config', `F(m, r) has ${name} ${value}; it must be a whole number, at least 1.`);
  }
  const chosen = (points ?? defaultPoints.slice(0, size - 1)).map(rational);
  if (chosen.length !== size - 1 || new Set(chosen.map(({ numerator, denominator }) => `${numerator}/${denominator}`)).size !== size - 1) {
    throw new DlError(
      'config',
      `F(${outputs}, ${taps}) is computed at ${size - 1} different points and infinity; there are ${chosen.length}: ${points?.join(', ') ?? 'the default ones go as far as m + r = 15'}.`,
    );
  }
  const others = chosen.map((_, i) => chosen.filter((_, j) => j !== i));
  const scales = chosen.map((point, i) => others[i].reduce((product, other) => times(product, subtract(point, other)), one));
  const powers = (point: Rational, count: number) => {
    const row = [one];
    while (row.length < count) row.push(times(row[row.length - 1], point));
    return row;
  };
  const unit = (length: number) => Array.from({ length }, (_, i) => (i === length - 1 ? one : zero));
  const evaluated = [...chosen.map((point) => powers(point, outputs)), unit(outputs)];
  return {
    outputs,
    taps,
    size,
    outputTransform: Array.from({ length: outputs }, (_, row) => evaluated.map((values) => values[row])),
    filterTransform: [...chosen.map((point, i) => powers(point, taps).map((value) => divide(value, scales[i]))), unit(taps)],
    inputTransform: [...others.map((roots) => [...polynomialOf(roots), zero]), polynomialOf(chosen)],
  };
}

/** The coefficients of the product of (x - root), the constant one first. */
function polynomialOf(roots: readonly Rational[]): Rational[] {
  let coefficients = [one];
  for (const root of roots) {
    const [first, ...others] = coefficients.map((value) => times(root, value));
    // Times x, less the root times itself: [-root c0, c0 - root c1, ..., cn].
    coefficients = [
      subtract(zero, first),
      ...others.map((value, i) => subtract(coefficients[i], value)),
      coefficients[coefficients.length - 1],
    ];
  }
  return coefficients;
}

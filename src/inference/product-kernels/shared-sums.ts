import { activationNumbers, convSizes } from '../../kernels/export-arguments.ts';
import { imagePlanes, matrixPlanes } from '../../kernels/plane-shape.ts';
import { pairChoices, sharedLists, sumGroups, sumPanels } from '../../kernels/shared-sums.ts';
import { density, type Product } from '../product.ts';
import type { ProductKernel } from '../product-kernel.ts';
import { place } from '../step.ts';
import { type FewValues, fewValues } from './few-values.ts';
import { planesCost } from './sparse-cost.ts';
import { imageOf, rowsWorthPlanes } from './sparse-product.ts';

const largestPlanes = 2 ** 24;
/** Multiply-adds of a single row in a microsecond; microseconds of a row, and of an input whose sums are made. */
const rates = { simd: 22_500, 'relaxed-simd': 33_500 } as const;
const rowTimes = { row: 0.1, input: 0.0003 };
/** Microseconds of a call; and of what lists of planes are estimated at, as each of theirs is as long as the others. */
const [callTime, planesShare] = [0.2, 0.9];

/**
 * Weights of two or three values: what a few inputs add up to is worked out once for every way to choose, and all outputs share it. Single
 * rows look it up in a table; convolutions and many rows add up planes, as `sparse` does.
 */
export const sharedSums: ProductKernel = {
  name: 'shared-sums',
  refuses(product) {
    const values = fewValues(product);
    if (!values) return 'its weights have more than three values';
    const { planes, count } = sumsOf(product, values);
    return (count + planes.count + 4 + product.n) * planes.planeBytes > 4 * largestPlanes
      ? 'its inputs are too large to be held channel by channel'
      : undefined;
  },
  cost(product, batch, flavour) {
    const { rows, k, n } = product;
    const values = fewValues(product) as FewValues;
    const m = batch * rows;
    if (!values.hasZeros && !imageOf(product) && m < rowsWorthPlanes) {
      return m * (rowTimes.row + rowTimes.input * k + (k * 4 * Math.ceil(n / 4)) / rates[flavour === 'relaxed-simd' ? flavour : 'simd']);
    }
    const { planes, groups, count } = sumsOf(product, values);
    const share = values.hasZeros ? 1 - (1 - density(product)) ** groups.inputs : 1;
    const entries = (k * n * share) / groups.inputs;
    return callTime + planesShare * planesCost(product, batch, flavour, { planes, entries, outputs: 1, sums: count });
  },
  compile(product, kernels) {
    const { rows, k, n, weights, bias } = product;
    const values = fewValues(product) as FewValues;
    const { scales, ratio } = values;
    const few = { weights, scales, bias };
    const { planes, groups, count } = sumsOf(product, values);
    const { rowsAtOnce, planeBytes } = planes;
    const lists = sharedLists(few, groups, planes);
    const [counts, entries, biasAt] = [place(kernels, lists.counts), place(kernels, lists.entries), place(kernels, bias)];
    const activation = activationNumbers[product.activation];
    const last = [biasAt, activation, groups.inputs, ratio] as const;
    const { exports } = kernels;
    const scratchBytes = (count + n + planes.count + 4) * planeBytes + 64;
    const scratch = () => kernels.scratch.reserve(scratchBytes);
    const image = imageOf(product);
    if (image) {
      const [, ...sizes] = convSizes(image);
      return (input, output, batch) =>
        exports.sparseConv2d(batch, ...sizes, rowsAtOnce, planeBytes, input, counts, entries, 0, output, ...last, scratch());
    }
    const panels = place(kernels, sumPanels(few));
    const choices = values.hasZeros ? 0 : place(kernels, pairChoices(few));
    return (a, c, batch) => {
      const m = batch * rows;
      if (m < rowsWorthPlanes && choices !== 0) {
        exports.pairVectors(m, n, k, ratio, a, choices, panels, c, activation, kernels.scratch.reserve(8 * k + 16));
      } else exports.sparseGemm(m, n, k, rowsAtOnce, planeBytes, a, counts, entries, 0, c, ...last, scratch());
    };
  },
};

/** The planes of the inputs, how they are added up, and how many sums that gives. */
function sumsOf(product: Product, { ratio, hasZeros }: FewValues) {
  const groups = sumGroups(ratio === 1 && !hasZeros);
  const image = imageOf(product);
  const share = groups.sums / groups.inputs;
  const planes = image ? imagePlanes(image, share) : matrixPlanes(product.k, share);
  return { planes, groups, count: Math.ceil(planes.count / groups.inputs) * groups.sums };
}

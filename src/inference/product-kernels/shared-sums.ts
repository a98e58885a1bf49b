import type { EngineKernels } from '../../kernels/engine-kernels.ts';
import { activationNumbers, convSizes } from '../../kernels/export-arguments.ts';
import { imagePlanes, matrixPlanes } from '../../kernels/plane-shape.ts';
import { pairChoices, sharedLists, sumGroups, sumPanels } from '../../kernels/shared-sums.ts';
import { density, type Product } from '../product.ts';
import type { ProductKernel, RunProduct } from '../product-kernel.ts';
import { place } from '../step.ts';
import { type FewValues, fewValues } from './few-values.ts';
import { planesCost } from './sparse-cost.ts';
import { imageOf, rowsWorthPlanes } from './sparse-product.ts';

const largestPlanes = 2 ** 24;
/** Multiply-adds of a single row in a microsecond; microseconds of a row, and of an input whose sums are made. */
const rates = { simd: 22_500, 'relaxed-simd': 33_500 } as const;
const rowTimes = { row: 0.1, input: 0.0003 };
/** Microseconds of a call; and of what lists of planes are estimated at, as each of theirs is as long as the others. */
const [callTime, planesShare] = [0.2, 0.87];

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
    const { rows, k, n } = product;
    const values = fewValues(product) as FewValues;
    if (imageOf(product) || values.hasZeros) return compilePlanes(product, values, kernels);
    const few = { ...product, ...values };
    const [panels, choices] = [place(kernels, sumPanels(few)), place(kernels, pairChoices(few))];
    const activation = activationNumbers[product.activation];
    const { exports, scratch } = kernels;
    // Made when they are needed: many models never see so many samples at once.
    let planes: RunProduct | undefined;
    return (input, output, batch) => {
      if (batch * rows < rowsWorthPlanes) {
        const room = scratch.reserve(8 * k + 16);
        exports.pairVectors(batch * rows, n, k, values.ratio, input, choices, panels, output, activation, room);
        return;
      }
      planes ??= compilePlanes(product, values, kernels);
      planes(input, output, batch);
    };
  },
};

function compilePlanes(product: Product, values: FewValues, kernels: EngineKernels): RunProduct {
  const { rows, k, n } = product;
  const { planes, groups, count } = sumsOf(product, values);
  const { rowsAtOnce, planeBytes } = planes;
  const lists = sharedLists({ ...product, ...values }, groups, planes);
  const [counts, entries, bias] = [place(kernels, lists.counts), place(kernels, lists.entries), place(kernels, product.bias)];
  const last = [bias, activationNumbers[product.activation], groups.inputs, values.ratio] as const;
  const { sparseConv2d, sparseGemm } = kernels.exports;
  const scratchBytes = (count + n + planes.count + 4) * planeBytes + 64;
  const scratch = () => kernels.scratch.reserve(scratchBytes);
  const image = imageOf(product);
  if (image) {
    const [, ...sizes] = convSizes(image);
    return (input, output, batch) =>
      sparseConv2d(batch, ...sizes, rowsAtOnce, planeBytes, input, counts, entries, 0, output, ...last, scratch());
  }
  return (a, c, batch) => sparseGemm(batch * rows, n, k, rowsAtOnce, planeBytes, a, counts, entries, 0, c, ...last, scratch());
}

/** The planes of the inputs, how they are added up, and how many sums that gives. */
function sumsOf(product: Product, { ratio, hasZeros }: FewValues) {
  const groups = sumGroups(ratio === 1 && !hasZeros);
  const image = imageOf(product);
  const share = groups.sums / groups.inputs;
  const planes = image ? imagePlanes(image, share) : matrixPlanes(product.k, share);
  return { planes, groups, count: Math.ceil(planes.count / groups.inputs) * groups.sums };
}

import type { LayersModel } from '@tensorflow/tfjs-layers';
import { formatCount } from '../../src/core/format.ts';
import { textTable } from '../../src/core/text-table.ts';
import { functional, inceptionModule } from '../../src/layers/index.ts';
import { summarize } from '../../src/models/index.ts';

/** One of GoogLeNet's nine modules: table 1 of Szegedy et al., 2015. */
export interface GoogLeNetModule {
  readonly name: string;
  /** Height and width of its input. */
  readonly size: number;
  readonly channels: number;
  /** Of the branches: 1x1; 3x3 and what is left to it; 5x5 and what is left to it; behind the pooling. */
  readonly filters: { readonly '1x1': number; readonly '3x3': number; readonly '5x5': number; readonly pool: number };
  readonly reduce: { readonly '3x3': number; readonly '5x5': number };
}

const rows: readonly (readonly [name: string, size: number, ...counts: number[]])[] = [
  ['3a', 28, 192, 64, 96, 128, 16, 32, 32],
  ['3b', 28, 256, 128, 128, 192, 32, 96, 64],
  ['4a', 14, 480, 192, 96, 208, 16, 48, 64],
  ['4b', 14, 512, 160, 112, 224, 24, 64, 64],
  ['4c', 14, 512, 128, 128, 256, 24, 64, 64],
  ['4d', 14, 512, 112, 144, 288, 32, 64, 64],
  ['4e', 14, 528, 256, 160, 320, 32, 128, 128],
  ['5a', 7, 832, 256, 160, 320, 32, 128, 128],
  ['5b', 7, 832, 384, 192, 384, 48, 128, 128],
];

export const googLeNetModules: readonly GoogLeNetModule[] = rows.map(([name, size, channels, one, left3, three, left5, five, pool]) => ({
  name,
  size,
  channels,
  filters: { '1x1': one, '3x3': three, '5x5': five, pool },
  reduce: { '3x3': left3, '5x5': left5 },
}));

/** A module as a model, without biases and batch normalization: then its weights are its kernels. */
export function buildModule({ size, channels, filters, reduce }: GoogLeNetModule, reduced: boolean): LayersModel {
  const options = { filters, reduce: reduced && reduce, batchNormalization: false, useBias: false };
  return functional([size, size, channels], (input) => inceptionModule(input, options));
}

/** Weights and multiply-accumulates of one image. */
export function costOf(module: GoogLeNetModule, reduced: boolean): { readonly weights: number; readonly multiplyAccumulates: number } {
  const model = buildModule(module, reduced);
  const { weights, multiplyAccumulates } = summarize(model);
  model.dispose();
  return { weights, multiplyAccumulates };
}

/** The rows of the table in docs/googlenet-1x1.md: module, input, weights and multiply-adds with and without reductions, and how many times as many. */
export function googLeNetRows(): string[][] {
  return googLeNetModules.map((module) => {
    const [reduced, whole] = [costOf(module, true), costOf(module, false)];
    const counts = [reduced, whole].flatMap((cost) => [cost.weights, cost.multiplyAccumulates].map(formatCount));
    const times = (whole.multiplyAccumulates / reduced.multiplyAccumulates).toFixed(2);
    return [module.name, `${module.size}x${module.size}x${module.channels}`, ...counts, times];
  });
}

/** The same for a terminal. */
export function googLeNetTable(): string {
  const titles = ['input', 'weights', 'multiply-adds', 'without: weights', 'multiply-adds', 'times'];
  return textTable([{ title: 'module', align: 'left' }, ...titles.map((title) => ({ title }))], googLeNetRows());
}

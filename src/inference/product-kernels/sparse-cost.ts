import type { KernelFlavour } from '../../kernels/inference-kernels.ts';
import { isMatrix } from '../../kernels/plane-shape.ts';
import { countEntries } from '../../kernels/sparse-lists.ts';
import type { Product } from '../product.ts';
import { planesOf, rowsWorthPlanes } from './sparse-product.ts';

/** Nanoseconds of one entry of a list, by the pixels that it meets: tiles of this many. */
const tiles = {
  simd: { 1: { 16: 1.12, 8: 0.76, 4: 0.57 }, 4: { 8: 1.45, 4: 1.1 } },
  'relaxed-simd': { 1: { 32: 1.62, 16: 0.95, 8: 0.74, 4: 0.6 }, 4: { 8: 1.16, 4: 1 } },
} as const;
/** And of a single row, without planes. */
const vectorEntry = { 1: 0.27, 4: 0.36 } as const;
/** Nanoseconds for the bias and result of a list in a tile, and to bring a float into another order. */
const [listStart, floatMoved] = [3, 0.35];

/** Microseconds; by the entries of the lists, of which a block of four weights is one. */
export function sparseCost(product: Product, batch: number, flavour: KernelFlavour, outputs: 1 | 4): number {
  const { rows, k, n, windows } = product;
  const entries = countEntries(product.weights, n, outputs);
  const lists = Math.ceil(n / outputs);
  const m = batch * rows;
  if (isMatrix(windows) && m < rowsWorthPlanes) return (m * (entries * vectorEntry[outputs] + lists * listStart)) / 1000;
  const { rowsAtOnce, count } = planesOf(product);
  const shape = windows?.(1);
  const pixelsAtOnce = shape && !isMatrix(windows) ? rowsAtOnce * shape.outWidth : rowsAtOnce;
  const all = shape && !isMatrix(windows) ? rows : m;
  const images = m / all;
  const entry = (pixels: number) => tileTime(tiles[flavour === 'relaxed-simd' ? flavour : 'simd'][outputs], pixels);
  let time = 0;
  for (let start = 0; start < all; start += pixelsAtOnce) {
    const pixels = Math.min(pixelsAtOnce, all - start);
    time += entry(pixels) * entries + (pixels / 8) * lists * listStart;
  }
  return (images * (time + floatMoved * all * (count + n))) / 1000;
}

/** Tiles of the greatest width first. */
function tileTime(times: Readonly<Record<number, number>>, pixels: number): number {
  let [time, left] = [0, Math.ceil(pixels / 4) * 4];
  for (const width of Object.keys(times).map(Number).sort((a, b) => b - a)) {
    time += Math.floor(left / width) * times[width];
    left %= width;
  }
  return time;
}

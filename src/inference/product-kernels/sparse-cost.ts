import type { KernelFlavour } from '../../kernels/inference-kernels.ts';
import type { PlaneShape } from '../../kernels/plane-shape.ts';
import type { Product } from '../product.ts';
import { entriesOf } from './sparse-entries.ts';
import { imageOf, planesOf, rowsWorthPlanes } from './sparse-product.ts';

/** Nanoseconds that an entry takes by the width of a tile in pixels, of one weight and of four. */
const tileTimes = {
  simd: { 1: { 24: 1.6, 16: 1.15, 8: 0.8, 4: 0.6 }, 4: { 8: 1.65, 4: 1.1 } },
  'relaxed-simd': { 1: { 32: 1.7, 16: 1, 8: 0.75, 4: 0.6 }, 4: { 8: 1.2, 4: 1 } },
} as const;
/** And in a single row. */
const rowTimes = { simd: { 1: 0.32, 4: 0.43 }, 'relaxed-simd': { 1: 0.265, 4: 0.4 } } as const;
/** Nanoseconds to begin and end a list, in each tile or row; to bring a float into a plane or out of it. */
const [listTime, floatTime] = [3, 0.15];
/** Bytes of the first-level cache; nanoseconds more for an entry of lists that do not stay in it, of one weight; the share more for each doubling of the planes beyond it. */
const [cacheBytes, farEntryTime, farPlanesShare] = [32_768, 0.25, 0.18];

/** Microseconds, by the entries of the lists: of blocks, four weights together are one. */
export function sparseCost(product: Product, batch: number, flavour: KernelFlavour, outputs: 1 | 4): number {
  const { rows, n } = product;
  const build = flavour === 'relaxed-simd' ? flavour : 'simd';
  const entries = entriesOf(product)[outputs];
  const lists = Math.ceil(n / outputs);
  const image = imageOf(product);
  if (!image && batch * rows < rowsWorthPlanes) return (batch * rows * (entries * rowTimes[build][outputs] + lists * listTime)) / 1000;
  return planesCost(product, batch, flavour, { planes: planesOf(product), entries, outputs });
}

/** What is read in planes, and how it is listed. */
interface ListedPlanes {
  readonly planes: PlaneShape;
  readonly entries: number;
  readonly outputs: 1 | 4;
  /** Planes that are made of those of the inputs, which the lists then are for. @default none */
  readonly sums?: number;
}

/** Microseconds of planes. */
export function planesCost(product: Product, batch: number, flavour: KernelFlavour, listed: ListedPlanes): number {
  const { entries, outputs, sums = 0 } = listed;
  const { rows, n } = product;
  const build = flavour === 'relaxed-simd' ? flavour : 'simd';
  const lists = Math.ceil(n / outputs);
  const image = imageOf(product);
  const [all, images] = image ? [rows, batch] : [batch * rows, 1];
  const { rowsAtOnce, count, planeBytes } = listed.planes;
  const pixelsAtOnce = rowsAtOnce * (image?.outWidth ?? 1);
  const times: Readonly<Record<number, number>> = tileTimes[build][outputs];
  const widths = Object.keys(times).map(Number).reverse();
  // What a tile reads of the planes: the rows of a window lie one behind the other.
  const tileBytes = (sums || count) * 4 * (Math.max(16, widths[0]) + (image ? (image.filterHeight - 1) * image.outWidth : 0));
  const farPlanes = 1 + farPlanesShare * Math.log2(Math.max(1, tileBytes / cacheBytes));
  const farEntry = outputs === 1 && entries * 8 > cacheBytes ? farEntryTime : 0;
  const blockTime = (pixels: number): number => {
    const moved = pixels * n + (count + sums) * (image ? planeBytes / 4 : pixels);
    const inTiles = tilesOf(pixels, widths).map(
      ({ width, tiles }) => tiles * (entries * (times[width] * farPlanes + farEntry) + lists * listTime),
    );
    return floatTime * moved + inTiles.reduce((sum, time) => sum + time, 0);
  };
  const rest = all % pixelsAtOnce;
  const time = Math.floor(all / pixelsAtOnce) * blockTime(pixelsAtOnce) + (rest > 0 ? blockTime(rest) : 0);
  return (images * time) / 1000;
}

/** The tiles that cover the pixels, the widest first. */
function tilesOf(pixels: number, widths: readonly number[]): { readonly width: number; readonly tiles: number }[] {
  let left = Math.ceil(pixels / 4) * 4;
  return widths.map((width) => {
    const tiles = Math.floor(left / width);
    left %= width;
    return { width, tiles };
  });
}

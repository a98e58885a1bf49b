import type { WindowShape } from './window-shape.ts';

/** The planes that `wasm/planes.ts` makes of an input, one for each channel and column of the window. */
export interface PlaneShape {
  /** Rows of results that are computed together: of a matrix, or of an image. */
  readonly rowsAtOnce: number;
  /** How many planes there are. */
  readonly count: number;
  /** From one plane, or result, to the next. */
  readonly planeBytes: number;
  /** Where the input of a row of weights stands: row `(v * filterWidth + u) * inChannels + channel`. */
  offset(row: number): number;
}

/** Floats of all planes: what stays in the second-level cache beside the weights. */
const floatsAtOnce = 2 ** 17;
/** Floats of a cache line. */
const lineFloats = 16;

/** Planes for the rows of a matrix `[m, k]`. @param share planes that one of them becomes. @default 1 */
export function matrixPlanes(k: number, share = 1): PlaneShape {
  const rowsAtOnce = Math.min(256, Math.max(32, Math.floor(floatsAtOnce / (k * share)) & ~31));
  const planeBytes = planeBytesFor(rowsAtOnce);
  return { rowsAtOnce, count: k, planeBytes, offset: (row) => row * planeBytes };
}

/** Planes for the images of a convolution. @param share as of `matrixPlanes` */
export function imagePlanes(shape: WindowShape, share = 1): PlaneShape {
  const { inChannels, filterWidth, filterHeight, strideHeight, outWidth, outHeight } = shape;
  const count = filterWidth * inChannels;
  const phases = Math.min(strideHeight, filterHeight);
  const haloRows = Math.floor((filterHeight - 1) / strideHeight);
  const most = Math.max(1, Math.floor(floatsAtOnce / (count * share * outWidth * phases)) - haloRows);
  const rowsAtOnce = Math.ceil(outHeight / Math.ceil(outHeight / most));
  const planeBytes = planeBytesFor(phases * (rowsAtOnce + haloRows) * outWidth);
  const offset = (row: number): number => {
    const [channel, u] = [row % inChannels, Math.floor(row / inChannels) % filterWidth];
    const v = Math.floor(row / (inChannels * filterWidth));
    const rowInPlane = (v % strideHeight) * (rowsAtOnce + haloRows) + Math.floor(v / strideHeight);
    return (u * inChannels + channel) * planeBytes + rowInPlane * outWidth * 4;
  };
  return { rowsAtOnce, count, planeBytes, offset };
}

/** An odd number of cache lines: planes a power of two apart would all fall on the same few places of a cache. */
function planeBytesFor(floats: number): number {
  return 4 * lineFloats * (Math.ceil(floats / lineFloats) | 1);
}

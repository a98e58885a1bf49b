import type { WindowShape } from './window-shape.ts';

/** How `wasm/binary.ts` lays out the bits of one image. */
export interface BinaryLayout {
  /** Of 64 bits, in a window: every row of a filter begins with a new one. */
  readonly words: number;
  /** Rows that the windows reach, padding included. */
  readonly imageRows: number;
  readonly rowBytes: number;
  readonly scratchBytes: number;
}

/** Windows that are multiplied together, and bytes before each; as in wasm/binary.ts. */
const [windowsAtOnce, headBytes] = [64, 8];

export function binaryLayout(shape: WindowShape): BinaryLayout {
  const { inWidth, inChannels, filterHeight, filterWidth, outHeight, outWidth, strideHeight, strideWidth, padLeft } = shape;
  const words = filterHeight * wordsOf(filterWidth * inChannels);
  const imageRows = (outHeight - 1) * strideHeight + filterHeight;
  const columns = Math.max(inWidth, (outWidth - 1) * strideWidth + filterWidth - padLeft);
  const rowBytes = 8 * (wordsOf(padLeft * inChannels) + wordsOf(columns * inChannels));
  return { words, imageRows, rowBytes, scratchBytes: windowsAtOnce * (headBytes + 8 * words) + imageRows * rowBytes + 16 };
}

/** Weights of two values by output: c and -c. */
export interface BinaryWeights {
  /** `[filterHeight, filterWidth, inChannels, n]`: signs count */
  readonly weights: Float32Array;
  /** `[n]` */
  readonly scales: Float32Array;
  /** `[n]` */
  readonly bias: Float32Array;
}

/** Four filters together: their scales and bias, then word by word the bits of the four. */
export function binaryPanels(
  { filterHeight, filterWidth, inChannels, outChannels: n }: WindowShape,
  { weights, scales, bias }: BinaryWeights,
) {
  const segment = filterWidth * inChannels;
  const words = filterHeight * wordsOf(segment);
  const panelWords = 8 + 8 * words;
  const panels = new Int32Array(Math.ceil(n / 4) * panelWords);
  const floats = new Float32Array(panels.buffer);
  for (let output = 0; output < n; output++) {
    const head = (output >> 2) * panelWords + (output & 3);
    floats[head] = scales[output];
    floats[head + 4] = bias[output];
  }
  for (let row = 0; row < filterHeight * segment; row++) {
    const [v, place] = [Math.floor(row / segment), row % segment];
    const half = 8 + 8 * (v * wordsOf(segment) + (place >> 6)) + ((place >> 5) & 1);
    const bit = 1 << (place & 31);
    for (let output = 0; output < n; output++) {
      if (weights[row * n + output] < 0) panels[(output >> 2) * panelWords + half + 2 * (output & 3)] |= bit;
    }
  }
  return panels;
}

/**
 * What a window's sum starts from: its products, and twice those negative weights that meet padding, whose bits of 0 are counted against them.
 * Windows that reach out of the image alike share theirs.
 */
export function binaryBases(shape: WindowShape, weights: Float32Array) {
  const { inHeight, inWidth, inChannels, filterHeight, filterWidth, outHeight, outWidth, outChannels: n } = shape;
  const { strideHeight, strideWidth, padTop, padLeft } = shape;
  const columns = 4 * Math.ceil(n / 4);
  const negatives = new Int32Array(filterHeight * filterWidth * n);
  for (let i = 0; i < weights.length; i++) if (weights[i] < 0) negatives[Math.floor(i / (inChannels * n)) * n + (i % n)]++;
  const found = new Map<string, number>();
  const lists: Int32Array[] = [];
  const places = new Int32Array(outHeight * outWidth);
  for (let pixel = 0; pixel < places.length; pixel++) {
    const [top, left] = [Math.floor(pixel / outWidth) * strideHeight - padTop, (pixel % outWidth) * strideWidth - padLeft];
    const taps = [...clipped(top, filterHeight, inHeight), ...clipped(left, filterWidth, inWidth)];
    const known = found.get(taps.join());
    places[pixel] = 4 * columns * (known ?? lists.length);
    if (known !== undefined) continue;
    found.set(taps.join(), lists.length);
    const [firstRow, lastRow, firstColumn, lastColumn] = taps;
    const bases = new Int32Array(columns);
    for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
      const [v, u] = [Math.floor(tap / filterWidth), tap % filterWidth];
      const isInside = v >= firstRow && v < lastRow && u >= firstColumn && u < lastColumn;
      for (let output = 0; output < n; output++) bases[output] += isInside ? inChannels : 2 * negatives[tap * n + output];
    }
    lists.push(bases);
  }
  const bases = new Int32Array(columns * lists.length);
  lists.forEach((list, index) => {
    bases.set(list, columns * index);
  });
  return { bases, places };
}

/** From which to before which tap a window that begins at `start` meets the image. */
function clipped(start: number, taps: number, size: number): [number, number] {
  return [Math.max(0, -start), Math.min(taps, size - start)];
}

function wordsOf(bits: number): number {
  return Math.ceil(bits / 64);
}

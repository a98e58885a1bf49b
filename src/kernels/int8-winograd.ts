import type { Address } from './address.ts';
import type { EngineKernels } from './engine-kernels.ts';
import { activationNumbers } from './export-arguments.ts';
import { dynamicRange, type Int8Conv2dArguments, type RunInt8 } from './int8-conv2d.ts';

/** Pixels of a tile, along each side. */
export type WinogradSize = 2 | 4;

/** Weights of a 3x3 convolution in whole numbers. */
export interface Int8WinogradWeights {
  readonly inChannels: number;
  /** `[3, 3, inChannels, n]`: -127 to 127 */
  readonly numbers: Int8Array;
  /** `[n]` */
  readonly scales: Float32Array;
  /** `[n]` */
  readonly bias: Float32Array;
}

const panelColumns = 8;
const headBytes = 64;

/** The matrix G of F(2, 3) times 2, and that of F(4, 3) times 24 (the last row times 12: 24 might not fit into 16 bits). */
const wholeG: Readonly<Record<WinogradSize, readonly (readonly number[])[]>> = {
  2: [
    [2, 0, 0],
    [1, 1, 1],
    [1, -1, 1],
    [0, 0, 2],
  ],
  4: [
    [6, 0, 0],
    [-4, -4, -4],
    [-4, 4, -4],
    [1, 2, 4],
    [1, -2, 4],
    [0, 0, 12],
  ],
};

/** Whether 64 times every sum fits into 32 bits, so that tiles of 4x4 are exact. @param numbers `[..., n]` */
export function fitsTilesOf4(numbers: Int8Array, n: number): boolean {
  const magnitudes = new Float64Array(n);
  for (let i = 0, column = 0; i < numbers.length; i++, column = column + 1 === n ? 0 : column + 1)
    magnitudes[column] += Math.abs(numbers[i]);
  return magnitudes.every((magnitude) => 64 * 127 * magnitude < 2 ** 31);
}

/** Brings weights into the order in which `int8WinogradConv2d` reads them (kernels/wasm/int8-winograd.ts), in the kernels' memory. */
export function placeInt8WinogradPanels(kernels: EngineKernels, size: WinogradSize, weights: Int8WinogradWeights): Address {
  const { inChannels, numbers, scales, bias } = weights;
  const n = scales.length;
  const places = (size + 2) ** 2;
  const panelBytes = headBytes + places * inChannels * panelColumns * 2;
  const bytes = new Uint8Array(Math.ceil(n / panelColumns) * panelBytes);
  for (let first = 0, start = 0; first < n; first += panelColumns, start += panelBytes) {
    const columns = Math.min(panelColumns, n - first);
    const head = new Float32Array(bytes.buffer, start, headBytes / 4);
    head.set(scales.subarray(first, first + columns));
    head.set(bias.subarray(first, first + columns), panelColumns);
    const panel = new Int16Array(bytes.buffer, start + headBytes, places * inChannels * panelColumns);
    for (let channel = 0; channel < inChannels; channel++) {
      for (let column = 0; column < columns; column++) {
        const to = (channel >> 1) * 2 * panelColumns + 2 * column + (channel & 1);
        transformed(size, (place) => numbers[(place * inChannels + channel) * n + first + column]).forEach((weight, place) => {
          panel[place * inChannels * panelColumns + to] = weight;
        });
      }
    }
  }
  const address = kernels.heap.allocate(bytes.length);
  kernels.bytes(address, bytes.length).set(bytes);
  return address;
}

/** G g G^T. @param at a number of the 3x3 filter */
function transformed(size: WinogradSize, at: (place: number) => number): number[] {
  const rows = wholeG[size].map(([a, b, c]) => [0, 1, 2].map((x) => a * at(x) + b * at(3 + x) + c * at(6 + x)));
  return rows.flatMap((row) => wholeG[size].map(([a, b, c]) => a * row[0] + b * row[1] + c * row[2]));
}

/**
 * What `int8Conv2d` gives, to the bit, for 3x3 filters with strides of 1 and input channels in eights.
 * @param size 4 only where `fitsTilesOf4`
 */
export function int8WinogradConv2d({ exports, scratch }: EngineKernels, size: WinogradSize, p: Int8Conv2dArguments): RunInt8 {
  const { shape: s, panels, range, activation = 'linear' } = p;
  const { scale, zeroPoint } = range === 'dynamic' ? dynamicRange : range;
  const last = activationNumbers[activation];
  const scratchBytes = exports.int8WinogradScratchBytes(size, s.inChannels, s.outHeight, s.outWidth);
  const image = [s.batch, s.inHeight, s.inWidth, s.inChannels] as const;
  const convolve = exports.int8Winograd.bind(undefined, size, ...image, s.outHeight, s.outWidth, s.outChannels, s.padTop, s.padLeft);
  return (input, output) => convolve(input, panels, output, scale, zeroPoint, last, scratch.reserve(scratchBytes));
}

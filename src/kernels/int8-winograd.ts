import type { Address } from './address.ts';
import type { EngineKernels } from './engine-kernels.ts';
import { activationNumbers } from './export-arguments.ts';
import type { Int8Conv2dArguments } from './int8-conv2d.ts';

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
/** Twice the matrix G of F(2, 3), so that all is whole. */
const doubledG = [
  [2, 0, 0],
  [1, 1, 1],
  [1, -1, 1],
  [0, 0, 2],
];

/** Brings weights into the order in which `int8Winograd` reads them (kernels/wasm/int8-winograd.ts), in the kernels' memory. */
export function placeInt8WinogradPanels(kernels: EngineKernels, { inChannels, numbers, scales, bias }: Int8WinogradWeights): Address {
  const n = scales.length;
  const panelBytes = headBytes + 16 * inChannels * panelColumns * 2;
  const bytes = new Uint8Array(Math.ceil(n / panelColumns) * panelBytes);
  for (let first = 0, start = 0; first < n; first += panelColumns, start += panelBytes) {
    const columns = Math.min(panelColumns, n - first);
    const head = new Float32Array(bytes.buffer, start, headBytes / 4);
    head.set(scales.subarray(first, first + columns));
    head.set(bias.subarray(first, first + columns), panelColumns);
    const weights = new Int16Array(bytes.buffer, start + headBytes, 16 * inChannels * panelColumns);
    for (let channel = 0; channel < inChannels; channel++) {
      for (let column = 0; column < columns; column++) {
        const at = (place: number) => numbers[(place * inChannels + channel) * n + first + column];
        transformed(at).forEach((weight, place) => {
          weights[((place * inChannels) / 2 + (channel >> 1)) * 2 * panelColumns + 2 * column + (channel & 1)] = weight;
        });
      }
    }
  }
  const address = kernels.heap.allocate(bytes.length);
  kernels.bytes(address, bytes.length).set(bytes);
  return address;
}

/** G g G^T, doubled twice. @param at a number of the 3x3 filter */
function transformed(at: (place: number) => number): number[] {
  const rows = doubledG.map((factors) => [0, 1, 2].map((x) => factors.reduce((sum, factor, y) => sum + factor * at(3 * y + x), 0)));
  return rows.flatMap((row) => doubledG.map((factors) => factors.reduce((sum, factor, x) => sum + factor * row[x], 0)));
}

/** What `int8Conv2d` gives, to the bit, for 3x3 filters with strides of 1 and input channels in eights. */
export function int8WinogradConv2d({ exports, scratch }: EngineKernels, p: Int8Conv2dArguments): void {
  const { shape: s, input, panels, output, activation = 'linear' } = p;
  const { scale, zeroPoint } = p.range === 'dynamic' ? { scale: 0, zeroPoint: 0 } : p.range;
  const [room] = scratch.split(exports.int8WinogradScratchBytes(s.inChannels, s.outHeight, s.outWidth));
  const image = [s.batch, s.inHeight, s.inWidth, s.inChannels] as const;
  const sizes = [...image, s.outHeight, s.outWidth, s.outChannels, s.padTop, s.padLeft] as const;
  exports.int8Winograd(...sizes, input, panels, output, scale, zeroPoint, activationNumbers[activation], room);
}

import { add, matMul, pad, reshape, slice, stack, type Tensor, type Tensor4D, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core';
import { layers as tfLayers } from '@tensorflow/tfjs-layers';
import { DlError } from '../core/errors.ts';
import { winogradTransforms } from '../kernels/winograd/cook-toom.ts';
import { type WinogradMatrices, winogradMatrices } from '../kernels/winograd/winograd-matrices.ts';

type Conv2DArgs = Parameters<typeof tfLayers.conv2d>[0];

/** What the class of tfjs's convolutions has, which it does not export. */
interface Conv2DLayer extends tfLayers.Layer {
  readonly kernel: { read(): Tensor };
  readonly bias: { read(): Tensor } | null;
  readonly activation: { apply(value: Tensor): Tensor } | null;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: string;
}

const Conv2D = tfLayers.conv2d({ filters: 1, kernelSize: 1 }).constructor as new (args: Conv2DArgs) => Conv2DLayer;

/**
 * A convolution of `kernelSize` r x r with stride 1 that computes tiles of m x m outputs by Winograd's minimal filtering
 * F(m x m, r x r), with m = `tile` (Lavin and Gray, 2016). Weights, options and outputs (but for rounding) are those of `Conv2D`; it trains as that does.
 */
export class WinogradConv2D extends Conv2D {
  static readonly className = 'WinogradConv2D';
  readonly tile: number;
  readonly #matrices: WinogradMatrices;

  /** @throws DlError `config` for a convolution that is not square or has strides */
  constructor(args: Conv2DArgs & { tile: number }) {
    super(args);
    this.tile = args.tile;
    const [height, width] = this.kernelSize;
    if (height !== width || [...this.strides, ...this.dilationRate].some((step) => step !== 1)) {
      throw new DlError(
        'config',
        `Winograd's filtering needs a square kernel and steps of 1; layer ${this.name} has ${height}x${width}, strides ${this.strides}.`,
      );
    }
    this.#matrices = winogradMatrices(winogradTransforms(args.tile, height));
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const input = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor4D;
      const sums = this.#filter(input);
      const biased = this.bias ? add(sums, this.bias.read()) : sums;
      return this.activation ? this.activation.apply(biased) : biased;
    });
  }

  override getConfig() {
    return { ...super.getConfig(), tile: this.tile };
  }

  #filter(input: Tensor4D): Tensor {
    const { outputs, size, ...matrices } = this.#matrices;
    const taps = size - outputs + 1;
    const [batch, height, width, channels] = input.shape;
    const margin = this.padding === 'same' ? taps - 1 : 0;
    const [outHeight, outWidth] = [height + margin - taps + 1, width + margin - taps + 1];
    const [down, across] = [Math.ceil(outHeight / outputs), Math.ceil(outWidth / outputs)];
    // Keras pads the smaller half first.
    const before = Math.floor(margin / 2);
    const after = (tiles: number, length: number) => tiles * outputs + size - 1 - length - before;
    const padded = pad(input, [
      [0, 0],
      [before, after(down, height)],
      [before, after(across, width)],
      [0, 0],
    ]);

    // Pixel (i, j) of every tile is a picture of its own.
    const pixels = Array.from({ length: size * size }, (_, at) => {
      const [i, j] = [Math.floor(at / size), at % size];
      // What a strided slice would give; that has no gradient in tfjs.
      const moved = slice(padded, [0, i, j, 0], [batch, down * outputs, across * outputs, channels]);
      const grouped = reshape(moved, [batch * down, outputs, across, outputs * channels]);
      return slice(grouped, [0, 0, 0, 0], [batch * down, 1, across, channels]);
    });
    const tiles = batch * down * across;
    const filters = reshape(this.kernel.read(), [taps * taps, -1]);
    const outChannels = filters.size / (taps * taps * channels);
    const transformed = (matrix: Float32Array, rows: number, values: Tensor, shape: number[]) =>
      reshape(matMul(tensor2d(matrix, [rows, matrix.length / rows]), reshape(values, [matrix.length / rows, -1])), shape);
    const left = transformed(matrices.input, size * size, stack(pixels), [size * size, tiles, channels]);
    const right = transformed(matrices.filter, size * size, filters, [size * size, channels, outChannels]);
    const shape = [outputs, outputs, batch, down, across, outChannels];
    const outs = transformed(matrices.output, outputs * outputs, matMul(left, right), shape);
    const picture = reshape(transpose(outs, [2, 3, 0, 4, 1, 5]), [batch, down * outputs, across * outputs, outChannels]);
    return slice(picture, [0, 0, 0, 0], [batch, outHeight, outWidth, outChannels]);
  }
}

import type { Address, KernelActivation } from './address.ts';
import {
  activationNumbers,
  biasBytes,
  convSizes,
  depthwiseSizes,
  imageSizes,
  isPointwise,
  pooledSizes,
  poolSizes,
  steps,
} from './export-arguments.ts';
import { InferenceKernels } from './inference-kernels.ts';
import type { AdamStepOptions, BatchNormArguments, Conv2dArguments, PoolShape } from './kernel-arguments.ts';
import type { KernelExports } from './kernel-exports.ts';
import type { WindowShape } from './window-shape.ts';

/** Kernels to train with: those of inference, their gradients and the optimizers' steps. */
export class Kernels extends InferenceKernels<KernelExports> {
  /** A filter of 3x3 that is not packed may run by Winograd's algorithm. */
  override conv2d(p: Conv2dArguments): void {
    const { shape, packed } = p;
    if (!packed && suitsWinograd(shape)) this.#winogradConv2d(shape, p.input, p.filter, false, p.output, p.bias, p.activation);
    else super.conv2d(p);
  }

  /** Gradient with respect to the input, `[batch, inHeight, inWidth, inChannels]`. */
  conv2dInputGradient(p: { shape: WindowShape; outputGradient: Address; filter: Address; inputGradient: Address }): void {
    const s = p.shape;
    if (isPointwise(s)) {
      const [m, n, k] = [s.batch * s.inHeight * s.inWidth, s.inChannels, s.outChannels];
      this.gemm({ m, n, k, a: p.outputGradient, b: p.filter, c: p.inputGradient, transposeB: true });
      return;
    }
    if (suitsWinograd(s) && s.padTop < 3 && s.padLeft < 3) {
      this.#winogradConv2d(turnedAround(s), p.outputGradient, p.filter, true, p.inputGradient);
      return;
    }
    const [, ...image] = imageSizes(s);
    const [own] = this.scratch.split(
      this.exports.conv2dInputGradientScratchBytes(...image, s.outHeight, s.outWidth, s.outChannels, ...steps(s)),
    );
    this.exports.conv2dInputGradient(...convSizes(s), p.outputGradient, p.filter, p.inputGradient, own);
  }

  /** Gradient with respect to the filter, `[filterHeight, filterWidth, inChannels, outChannels]`. */
  conv2dFilterGradient(p: { shape: WindowShape; input: Address; outputGradient: Address; filterGradient: Address }): void {
    const s = p.shape;
    if (isPointwise(s)) {
      const [m, n, k] = [s.inChannels, s.outChannels, s.batch * s.inHeight * s.inWidth];
      this.gemm({ m, n, k, a: p.input, b: p.outputGradient, c: p.filterGradient, transposeA: true });
      return;
    }
    const [own] = this.scratch.split(
      this.exports.conv2dFilterGradientScratchBytes(
        s.inChannels,
        s.filterHeight,
        s.filterWidth,
        s.outHeight,
        s.outWidth,
        s.outChannels,
        s.strideHeight,
        s.strideWidth,
      ),
    );
    this.exports.conv2dFilterGradient(...convSizes(s), p.input, p.outputGradient, p.filterGradient, own);
  }

  /**
   * A convolution, max pooling of its result and an activation, for training. Output `[batch, pool.outHeight, pool.outWidth, outChannels]`;
   * `chosen`, int32 of the same shape, is what the two gradients need to know: which window each value is from, -1 where a gradient ends.
   */
  pooledConv2d(p: Omit<Conv2dArguments, 'packed'> & { readonly pool: PoolShape; readonly chosen: Address }): void {
    const { shape: s, pool } = p;
    const k = s.filterHeight * s.filterWidth * s.inChannels;
    const [own, packed, bias] = this.scratch.split(
      this.exports.pooledConv2dScratchBytes(...convSizes(s)),
      this.packedBytes(k, s.outChannels),
      biasBytes(p.bias, s.outChannels),
    );
    this.exports.packPanels(p.filter, k, s.outChannels, 0, packed);
    const { height, width, outHeight, outWidth, strideHeight, strideWidth } = pool;
    const pooling = [height, width, outHeight, outWidth, strideHeight, strideWidth] as const;
    const padded = this.padBias(p.bias, s.outChannels, bias);
    const activation = activationNumbers[p.activation ?? 'linear'];
    this.exports.pooledConv2d(...convSizes(s), ...pooling, p.input, packed, padded, activation, p.output, p.chosen, own);
  }

  /** Gradients of `pooledConv2d` with respect to filter and bias, from the gradient of its output and its `chosen`. */
  pooledConv2dFilterGradient(p: {
    readonly shape: WindowShape;
    readonly pool: PoolShape;
    readonly input: Address;
    readonly outputGradient: Address;
    readonly chosen: Address;
    readonly filterGradient: Address;
    readonly biasGradient: Address;
  }): void {
    const sizes = pooledSizes(p.shape, p.pool);
    const [own] = this.scratch.split(this.exports.pooledConv2dGradientScratchBytes(...sizes));
    const { input, outputGradient, chosen, filterGradient, biasGradient } = p;
    this.exports.pooledConv2dFilterGradient(...sizes, input, outputGradient, chosen, filterGradient, biasGradient, own);
  }

  /** Gradient of `pooledConv2d` with respect to its input. */
  pooledConv2dInputGradient(p: {
    readonly shape: WindowShape;
    readonly pool: PoolShape;
    readonly outputGradient: Address;
    readonly chosen: Address;
    readonly filter: Address;
    readonly inputGradient: Address;
  }): void {
    const sizes = pooledSizes(p.shape, p.pool);
    const [own] = this.scratch.split(this.exports.pooledConv2dGradientScratchBytes(...sizes));
    this.exports.pooledConv2dInputGradient(...sizes, p.outputGradient, p.chosen, p.filter, p.inputGradient, own);
  }

  depthwiseConv2dInputGradient(p: { shape: WindowShape; outputGradient: Address; filter: Address; inputGradient: Address }): void {
    this.exports.depthwiseConv2dInputGradient(...depthwiseSizes(p.shape), p.outputGradient, p.filter, p.inputGradient);
  }

  depthwiseConv2dFilterGradient(p: { shape: WindowShape; input: Address; outputGradient: Address; filterGradient: Address }): void {
    this.exports.depthwiseConv2dFilterGradient(...depthwiseSizes(p.shape), p.input, p.outputGradient, p.filterGradient);
  }

  /** The first maximum of each window takes its gradient. */
  maxPoolGradient(p: { shape: WindowShape; input: Address; outputGradient: Address; inputGradient: Address }): void {
    this.exports.maxPoolGradient(...poolSizes(p.shape), p.input, p.outputGradient, p.inputGradient);
  }

  averagePoolGradient(p: { shape: WindowShape; outputGradient: Address; inputGradient: Address }): void {
    this.exports.averagePoolGradient(...poolSizes(p.shape), p.outputGradient, p.inputGradient);
  }

  /** `value` is the activation's input or its output. */
  reluGradient(p: {
    count: number;
    value: Address;
    outputGradient: Address;
    inputGradient: Address;
    activation?: Exclude<KernelActivation, 'linear'>;
  }): void {
    this.exports.reluGradient(p.count, p.value, p.outputGradient, p.inputGradient, activationNumbers[p.activation ?? 'relu']);
  }

  /** Sum over the rows, `[columns]`: the gradient of a bias. */
  sumRows(p: { rows: number; columns: number; input: Address; output: Address }): void {
    this.exports.sumRows(p.rows, p.columns, p.input, p.output);
  }

  /**
   * Batch normalization in training with the activation behind it: every column gets mean `beta` and deviation `gamma`, all `[columns]`.
   * `mean` and `variance` (biased) of the columns are results too.
   */
  batchNorm(p: BatchNormArguments & { readonly output: Address }): void {
    const { rows, columns, input, gamma, beta, epsilon, output, mean, variance } = p;
    const activation = activationNumbers[p.activation ?? 'linear'];
    this.exports.batchNorm(rows, columns, input, gamma, beta, epsilon, activation, output, mean, variance);
  }

  /** Every row times `scale` plus `shift`, both `[columns]`: a batch normalization with known statistics. Input and output may be the same. */
  scaleRows(p: { rows: number; columns: number; input: Address; scale: Address; shift: Address; output: Address }): void {
    this.exports.scaleRows(p.rows, p.columns, p.input, p.scale, p.shift, p.output, activationNumbers.linear);
  }

  /** Gradients of `batchNorm`, from the gradient of its output. */
  batchNormGradient(
    p: BatchNormArguments & {
      readonly outputGradient: Address;
      readonly inputGradient: Address;
      readonly gammaGradient: Address;
      readonly betaGradient: Address;
    },
  ): void {
    const { rows, columns, input, outputGradient, gamma, beta, mean, variance, epsilon } = p;
    const given = [rows, columns, input, outputGradient, gamma, beta, mean, variance, epsilon] as const;
    const activation = activationNumbers[p.activation ?? 'linear'];
    this.exports.batchNormGradient(...given, activation, p.inputGradient, p.gammaGradient, p.betaGradient);
  }

  /** Output row s is the sum of the input rows i with `segments[i] === s` (int32); other segment numbers are left out. */
  segmentSum(p: { rows: number; columns: number; segmentCount: number; input: Address; segments: Address; output: Address }): void {
    this.exports.segmentSum(p.rows, p.columns, p.segmentCount, p.input, p.segments, p.output);
  }

  /** Adam in place: weights, momentum and velocity (running means of the gradient and of its square) are changed. */
  adamStep(p: { count: number; weights: Address; gradient: Address; momentum: Address; velocity: Address } & AdamStepOptions): void {
    const state = [p.count, p.weights, p.gradient, p.momentum, p.velocity] as const;
    this.exports.adamStep(...state, p.rate, p.beta1, 1 - p.beta1, p.beta2, 1 - p.beta2, p.epsilon, p.decay ?? 1);
  }

  /** Gradient descent with momentum in place: weights and velocity are changed. */
  momentumStep(p: {
    count: number;
    weights: Address;
    gradient: Address;
    velocity: Address;
    learningRate: number;
    momentum: number;
    nesterov: boolean;
  }): void {
    this.exports.momentumStep(p.count, p.weights, p.gradient, p.velocity, p.learningRate, p.momentum, Number(p.nesterov));
  }

  /** Plain gradient descent in place. */
  gradientStep(p: { count: number; weights: Address; gradient: Address; learningRate: number }): void {
    this.exports.gradientStep(p.count, p.weights, p.gradient, p.learningRate);
  }

  #winogradConv2d(
    s: WindowShape,
    input: Address,
    filter: Address,
    turned: boolean,
    output: Address,
    bias: Address = 0,
    activation: KernelActivation = 'linear',
  ): void {
    const [own] = this.scratch.split(this.exports.winogradConv2dScratchBytes(s.inChannels, s.outChannels));
    const sizes = [s.batch, s.inHeight, s.inWidth, s.inChannels, s.outHeight, s.outWidth, s.outChannels, s.padTop, s.padLeft] as const;
    this.exports.winogradConv2d(...sizes, input, filter, Number(turned), output, bias, activationNumbers[activation], own);
  }
}

/** Whether 16 products for four pixels are worth the transformations there and back. */
function suitsWinograd(s: WindowShape): boolean {
  const threeByThree = s.filterHeight === 3 && s.filterWidth === 3 && s.strideHeight === 1 && s.strideWidth === 1;
  const [fewest, most] = [Math.min(s.inChannels, s.outChannels), s.inChannels + s.outChannels];
  return (
    threeByThree && fewest >= 16 && most <= 1024 && s.inChannels % 4 === 0 && s.outChannels % 4 === 0 && s.outHeight * s.outWidth >= 16
  );
}

/** The convolution, with the filter turned by half a circle, that is the gradient of this one with respect to its input. */
function turnedAround(s: WindowShape): WindowShape {
  const { inHeight: outHeight, inWidth: outWidth, inChannels: outChannels } = s;
  const output = { inHeight: s.outHeight, inWidth: s.outWidth, inChannels: s.outChannels };
  return { ...s, ...output, outHeight, outWidth, outChannels, padTop: 2 - s.padTop, padLeft: 2 - s.padLeft };
}

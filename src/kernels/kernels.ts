import type { Address, KernelActivation, KernelHeap } from './address.ts';
import type { AdamStepOptions, BatchNormArguments, Conv2dArguments, GemmArguments, PoolShape } from './kernel-arguments.ts';
import type { KernelExports } from './kernel-exports.ts';
import { Scratch } from './scratch.ts';
import type { WindowShape } from './window-shape.ts';

/** Which build of the kernels runs: WebAssembly without or with relaxed SIMD (fused multiply-add), or compiled on this machine from C++. */
export type KernelFlavour = 'simd' | 'relaxed-simd' | 'native';

const activations: Readonly<Record<KernelActivation, number>> = { linear: 0, relu: 1, relu6: 2 };

/** Fewer rows than this are multiplied with B as it stands: packing B would cost more. */
const rowsWorthPacking = 4;

/**
 * Float32 kernels over one WebAssembly memory. Tensors are `[batch, height, width, channels]` or `[rows, columns]`, dense, at byte
 * addresses of `heap.memory`; nothing checks that they fit. Nothing is kept between calls but scratch memory; equal inputs give equal bits.
 */
export class Kernels {
  readonly flavour: KernelFlavour;
  readonly heap: KernelHeap;
  readonly #exports: KernelExports;
  readonly #scratch: Scratch;

  constructor(flavour: KernelFlavour, exports: KernelExports, heap: KernelHeap) {
    this.flavour = flavour;
    this.heap = heap;
    this.#exports = exports;
    this.#scratch = new Scratch(heap);
  }

  /** A view of `count` floats; valid until something is allocated. */
  floats(address: Address, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.heap.memory.buffer as ArrayBuffer, address, count);
  }

  /** Bytes that a matrix of `k` rows and `n` columns takes when packed. */
  packedBytes(k: number, n: number): number {
    return this.#exports.packedBytes(k, n);
  }

  /** Brings B `[k, n]` (or `[n, k]`, transposed) into the order in which `gemm` and `conv2d` read it: `packedBytes(k, n)` bytes. */
  packMatrix(p: { k: number; n: number; source: Address; target: Address; transposed?: boolean }): void {
    this.#exports.packPanels(p.source, p.k, p.n, Number(p.transposed ?? false), p.target);
  }

  gemm(p: GemmArguments): void {
    const activation = activations[p.activation ?? 'linear'];
    const accumulate = Number(p.accumulate ?? false);
    if (p.m < rowsWorthPacking && !p.packed && !p.transposeA) {
      for (let row = 0; row < p.m; row++) {
        const [a, c] = [p.a + row * p.k * 4, p.c + row * p.n * 4];
        this.#exports.vectorProduct(p.n, p.k, a, p.b, Number(p.transposeB ?? false), c, p.bias ?? 0, accumulate, activation);
      }
      return;
    }
    const transposeA = Number(p.transposeA ?? false);
    const [own, packed, bias] = this.#scratch.split(
      this.#exports.gemmScratchBytes(p.m, p.k, transposeA),
      p.packed ? 0 : this.packedBytes(p.k, p.n),
      biasBytes(p.bias, p.n),
    );
    const b = p.packed ? p.b : packed;
    if (!p.packed) this.#exports.packPanels(p.b, p.k, p.n, Number(p.transposeB ?? false), packed);
    this.#exports.gemm(p.m, p.n, p.k, p.a, transposeA, b, p.c, this.#padBias(p.bias, p.n, bias), accumulate, activation, own);
  }

  conv2d(p: Conv2dArguments): void {
    const s = p.shape;
    const k = s.filterHeight * s.filterWidth * s.inChannels;
    if (isPointwise(s)) {
      const m = s.batch * s.inHeight * s.inWidth;
      this.gemm({ ...p, m, n: s.outChannels, k, a: p.input, b: p.filter, c: p.output });
      return;
    }
    if (!p.packed && suitsWinograd(s)) {
      this.#winogradConv2d(s, p.input, p.filter, false, p.output, p.bias, p.activation);
      return;
    }
    const [own, packed, bias] = this.#scratch.split(
      this.#exports.conv2dScratchBytes(...imageSizes(s), s.outHeight, s.outWidth, ...steps(s)),
      p.packed ? 0 : this.packedBytes(k, s.outChannels),
      biasBytes(p.bias, s.outChannels),
    );
    if (!p.packed) this.#exports.packPanels(p.filter, k, s.outChannels, 0, packed);
    const filter = p.packed ? p.filter : packed;
    const activation = activations[p.activation ?? 'linear'];
    this.#exports.conv2d(...convSizes(s), p.input, filter, p.output, this.#padBias(p.bias, s.outChannels, bias), activation, own);
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
    const [own] = this.#scratch.split(
      this.#exports.conv2dInputGradientScratchBytes(...image, s.outHeight, s.outWidth, s.outChannels, ...steps(s)),
    );
    this.#exports.conv2dInputGradient(...convSizes(s), p.outputGradient, p.filter, p.inputGradient, own);
  }

  /** Gradient with respect to the filter, `[filterHeight, filterWidth, inChannels, outChannels]`. */
  conv2dFilterGradient(p: { shape: WindowShape; input: Address; outputGradient: Address; filterGradient: Address }): void {
    const s = p.shape;
    if (isPointwise(s)) {
      const [m, n, k] = [s.inChannels, s.outChannels, s.batch * s.inHeight * s.inWidth];
      this.gemm({ m, n, k, a: p.input, b: p.outputGradient, c: p.filterGradient, transposeA: true });
      return;
    }
    const [own] = this.#scratch.split(
      this.#exports.conv2dFilterGradientScratchBytes(
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
    this.#exports.conv2dFilterGradient(...convSizes(s), p.input, p.outputGradient, p.filterGradient, own);
  }

  /**
   * A convolution, max pooling of its result and an activation, for training. Output `[batch, pool.outHeight, pool.outWidth, outChannels]`;
   * `chosen`, int32 of the same shape, is what the two gradients need to know: which window each value is from, -1 where a gradient ends.
   */
  pooledConv2d(p: Omit<Conv2dArguments, 'packed'> & { readonly pool: PoolShape; readonly chosen: Address }): void {
    const { shape: s, pool } = p;
    const k = s.filterHeight * s.filterWidth * s.inChannels;
    const [own, packed, bias] = this.#scratch.split(
      this.#exports.pooledConv2dScratchBytes(...convSizes(s)),
      this.packedBytes(k, s.outChannels),
      biasBytes(p.bias, s.outChannels),
    );
    this.#exports.packPanels(p.filter, k, s.outChannels, 0, packed);
    const { height, width, outHeight, outWidth, strideHeight, strideWidth } = pool;
    const pooling = [height, width, outHeight, outWidth, strideHeight, strideWidth] as const;
    const padded = this.#padBias(p.bias, s.outChannels, bias);
    const activation = activations[p.activation ?? 'linear'];
    this.#exports.pooledConv2d(...convSizes(s), ...pooling, p.input, packed, padded, activation, p.output, p.chosen, own);
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
    const [own] = this.#scratch.split(this.#exports.pooledConv2dGradientScratchBytes(...sizes));
    const { input, outputGradient, chosen, filterGradient, biasGradient } = p;
    this.#exports.pooledConv2dFilterGradient(...sizes, input, outputGradient, chosen, filterGradient, biasGradient, own);
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
    const [own] = this.#scratch.split(this.#exports.pooledConv2dGradientScratchBytes(...sizes));
    this.#exports.pooledConv2dInputGradient(...sizes, p.outputGradient, p.chosen, p.filter, p.inputGradient, own);
  }

  /** Filter `[filterHeight, filterWidth, inChannels, multiplier]`, outChannels = inChannels * multiplier. */
  depthwiseConv2d(p: { shape: WindowShape; input: Address; filter: Address; output: Address }): void {
    this.#exports.depthwiseConv2d(...depthwiseSizes(p.shape), p.input, p.filter, p.output);
  }

  depthwiseConv2dInputGradient(p: { shape: WindowShape; outputGradient: Address; filter: Address; inputGradient: Address }): void {
    this.#exports.depthwiseConv2dInputGradient(...depthwiseSizes(p.shape), p.outputGradient, p.filter, p.inputGradient);
  }

  depthwiseConv2dFilterGradient(p: { shape: WindowShape; input: Address; outputGradient: Address; filterGradient: Address }): void {
    this.#exports.depthwiseConv2dFilterGradient(...depthwiseSizes(p.shape), p.input, p.outputGradient, p.filterGradient);
  }

  /** NaN is never a maximum; a window of nothing else gives -Infinity, as on tfjs' cpu backend. */
  maxPool(p: { shape: WindowShape; input: Address; output: Address }): void {
    this.#exports.maxPool(...poolSizes(p.shape), p.input, p.output);
  }

  /** The first maximum of each window takes its gradient. */
  maxPoolGradient(p: { shape: WindowShape; input: Address; outputGradient: Address; inputGradient: Address }): void {
    this.#exports.maxPoolGradient(...poolSizes(p.shape), p.input, p.outputGradient, p.inputGradient);
  }

  /** Mean of the pixels of each window that lie in the image. */
  averagePool(p: { shape: WindowShape; input: Address; output: Address }): void {
    this.#exports.averagePool(...poolSizes(p.shape), p.input, p.output);
  }

  averagePoolGradient(p: { shape: WindowShape; outputGradient: Address; inputGradient: Address }): void {
    this.#exports.averagePoolGradient(...poolSizes(p.shape), p.outputGradient, p.inputGradient);
  }

  /** Input and output may be the same. */
  activate(p: { count: number; input: Address; output: Address; activation: KernelActivation }): void {
    this.#exports.activateAll(p.count, p.input, p.output, activations[p.activation]);
  }

  /** `value` is the activation's input or its output. */
  reluGradient(p: {
    count: number;
    value: Address;
    outputGradient: Address;
    inputGradient: Address;
    activation?: Exclude<KernelActivation, 'linear'>;
  }): void {
    this.#exports.reluGradient(p.count, p.value, p.outputGradient, p.inputGradient, activations[p.activation ?? 'relu']);
  }

  /** a + b */
  add(p: { count: number; a: Address; b: Address; output: Address }): void {
    this.#exports.addAll(p.count, p.a, p.b, p.output);
  }

  /** Adds `bias`, `[columns]`, to every row. Input and output may be the same. */
  addBias(p: { rows: number; columns: number; input: Address; bias: Address; output: Address }): void {
    this.#exports.addBias(p.rows, p.columns, p.input, p.bias, p.output);
  }

  /** Sum over the rows, `[columns]`: the gradient of a bias. */
  sumRows(p: { rows: number; columns: number; input: Address; output: Address }): void {
    this.#exports.sumRows(p.rows, p.columns, p.input, p.output);
  }

  /** Softmax of every row. Input and output may be the same. */
  softmax(p: { rows: number; columns: number; input: Address; output: Address }): void {
    this.#exports.softmax(p.rows, p.columns, p.input, p.output);
  }

  /**
   * Batch normalization in training with the activation behind it: every column gets mean `beta` and deviation `gamma`, all `[columns]`.
   * `mean` and `variance` (biased) of the columns are results too.
   */
  batchNorm(p: BatchNormArguments & { readonly output: Address }): void {
    const { rows, columns, input, gamma, beta, epsilon, output, mean, variance } = p;
    const activation = activations[p.activation ?? 'linear'];
    this.#exports.batchNorm(rows, columns, input, gamma, beta, epsilon, activation, output, mean, variance);
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
    const activation = activations[p.activation ?? 'linear'];
    this.#exports.batchNormGradient(...given, activation, p.inputGradient, p.gammaGradient, p.betaGradient);
  }

  /** Output row s is the sum of the input rows i with `segments[i] === s` (int32); other segment numbers are left out. */
  segmentSum(p: { rows: number; columns: number; segmentCount: number; input: Address; segments: Address; output: Address }): void {
    this.#exports.segmentSum(p.rows, p.columns, p.segmentCount, p.input, p.segments, p.output);
  }

  /** Adam in place: weights, momentum and velocity (running means of the gradient and of its square) are changed. */
  adamStep(p: { count: number; weights: Address; gradient: Address; momentum: Address; velocity: Address } & AdamStepOptions): void {
    const state = [p.count, p.weights, p.gradient, p.momentum, p.velocity] as const;
    this.#exports.adamStep(...state, p.rate, p.beta1, 1 - p.beta1, p.beta2, 1 - p.beta2, p.epsilon, p.decay ?? 1);
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
    this.#exports.momentumStep(p.count, p.weights, p.gradient, p.velocity, p.learningRate, p.momentum, Number(p.nesterov));
  }

  /** Plain gradient descent in place. */
  gradientStep(p: { count: number; weights: Address; gradient: Address; learningRate: number }): void {
    this.#exports.gradientStep(p.count, p.weights, p.gradient, p.learningRate);
  }

  /** Frees the scratch memory; the next call takes it anew. */
  dispose(): void {
    this.#scratch.dispose();
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
    const [own] = this.#scratch.split(this.#exports.winogradConv2dScratchBytes(s.inChannels, s.outChannels));
    const sizes = [s.batch, s.inHeight, s.inWidth, s.inChannels, s.outHeight, s.outWidth, s.outChannels, s.padTop, s.padLeft] as const;
    this.#exports.winogradConv2d(...sizes, input, filter, Number(turned), output, bias, activations[activation], own);
  }

  /** Tiles read a bias in whole vectors. */
  #padBias(bias: Address | undefined, count: number, room: Address): Address {
    if (bias === undefined || count % 8 === 0) return bias ?? 0;
    this.#exports.padVector(bias, count, Math.ceil(count / 8) * 8, room);
    return room;
  }
}

function biasBytes(bias: Address | undefined, count: number): number {
  return bias === undefined ? 0 : Math.ceil(count / 8) * 32;
}

/** A 1x1 convolution is a matrix product. */
function isPointwise(s: WindowShape): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft, inHeight, outHeight, inWidth, outWidth } = s;
  const single = filterHeight === 1 && filterWidth === 1 && strideHeight === 1 && strideWidth === 1;
  return single && padTop === 0 && padLeft === 0 && inHeight === outHeight && inWidth === outWidth;
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

type Four = [number, number, number, number];
type Six = [number, number, number, number, number, number];

function imageSizes(s: WindowShape): Six {
  return [s.batch, s.inHeight, s.inWidth, s.inChannels, s.filterHeight, s.filterWidth];
}

function steps(s: WindowShape): Four {
  return [s.strideHeight, s.strideWidth, s.padTop, s.padLeft];
}

function convSizes(s: WindowShape): [...Six, number, number, number, ...Four] {
  return [...imageSizes(s), s.outHeight, s.outWidth, s.outChannels, ...steps(s)];
}

function pooledSizes(s: WindowShape, { outHeight, outWidth }: PoolShape): [...Six, number, number, number, ...Four, number] {
  return [...convSizes(s), outHeight * outWidth];
}

function depthwiseSizes(s: WindowShape): [...Four, number, number, number, number, number, ...Four] {
  const image: Four = [s.batch, s.inHeight, s.inWidth, s.inChannels];
  return [...image, s.outChannels / s.inChannels, s.filterHeight, s.filterWidth, s.outHeight, s.outWidth, ...steps(s)];
}

function poolSizes(s: WindowShape): [...Six, number, number, ...Four] {
  return [...imageSizes(s), s.outHeight, s.outWidth, ...steps(s)];
}

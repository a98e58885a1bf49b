import type { Address, KernelHeap } from './address.ts';
import { activationNumbers, biasBytes, convSizes, depthwiseSizes, imageSizes, isPointwise, poolSizes, steps } from './export-arguments.ts';
import type { ActivateArguments, Conv2dArguments, GemmArguments } from './kernel-arguments.ts';
import type { InferenceExports } from './kernel-exports.ts';
import { Scratch } from './scratch.ts';
import type { WindowShape } from './window-shape.ts';

/** Which build of the kernels runs: WebAssembly without or with relaxed SIMD (fused multiply-add), or compiled on this machine from C++. */
export type KernelFlavour = 'simd' | 'relaxed-simd' | 'native';

/** Fewer rows than this are multiplied with B as it stands: packing B would cost more. */
const rowsWorthPacking = 4;

/**
 * Float32 kernels over one WebAssembly memory: what a model needs to predict. Tensors are `[batch, height, width, channels]` or
 * `[rows, columns]`, dense, at byte addresses of `heap.memory`; nothing checks that they fit. Nothing is kept between calls but scratch
 * memory; equal inputs give equal bits.
 */
export class InferenceKernels<Exports extends InferenceExports = InferenceExports> {
  readonly flavour: KernelFlavour;
  readonly heap: KernelHeap;
  /** The bare functions: for those who write kernels. */
  readonly exports: Exports;
  /** Room of a single kernel call. */
  readonly scratch: Scratch;

  constructor(flavour: KernelFlavour, exports: Exports, heap: KernelHeap) {
    this.flavour = flavour;
    this.heap = heap;
    this.exports = exports;
    this.scratch = new Scratch(heap);
  }

  /** A view of `count` floats; valid until something is allocated. */
  floats(address: Address, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.heap.memory.buffer as ArrayBuffer, address, count);
  }

  /** Bytes that a matrix of `k` rows and `n` columns takes when packed. */
  packedBytes(k: number, n: number): number {
    return this.exports.packedBytes(k, n);
  }

  /** Brings B `[k, n]` (or `[n, k]`, transposed) into the order in which `gemm` and `conv2d` read it: `packedBytes(k, n)` bytes. */
  packMatrix(p: { k: number; n: number; source: Address; target: Address; transposed?: boolean }): void {
    this.exports.packPanels(p.source, p.k, p.n, Number(p.transposed ?? false), p.target);
  }

  gemm(p: GemmArguments): void {
    const activation = activationNumbers[p.activation ?? 'linear'];
    const accumulate = Number(p.accumulate ?? false);
    if (p.m < rowsWorthPacking && !p.packed && !p.transposeA) {
      for (let row = 0; row < p.m; row++) {
        const [a, c] = [p.a + row * p.k * 4, p.c + row * p.n * 4];
        this.exports.vectorProduct(p.n, p.k, a, p.b, Number(p.transposeB ?? false), c, p.bias ?? 0, accumulate, activation);
      }
      return;
    }
    const transposeA = Number(p.transposeA ?? false);
    const [own, packed, bias] = this.scratch.split(
      this.exports.gemmScratchBytes(p.m, p.k, transposeA),
      p.packed ? 0 : this.packedBytes(p.k, p.n),
      biasBytes(p.bias, p.n),
    );
    const b = p.packed ? p.b : packed;
    if (!p.packed) this.exports.packPanels(p.b, p.k, p.n, Number(p.transposeB ?? false), packed);
    this.exports.gemm(p.m, p.n, p.k, p.a, transposeA, b, p.c, this.padBias(p.bias, p.n, bias), accumulate, activation, own);
  }

  /** With a filter that is not packed, it is packed for this call. */
  conv2d(p: Conv2dArguments): void {
    const s = p.shape;
    const k = s.filterHeight * s.filterWidth * s.inChannels;
    if (isPointwise(s)) {
      const m = s.batch * s.inHeight * s.inWidth;
      this.gemm({ ...p, m, n: s.outChannels, k, a: p.input, b: p.filter, c: p.output });
      return;
    }
    const [own, packed, bias] = this.scratch.split(
      this.exports.conv2dScratchBytes(...imageSizes(s), s.outHeight, s.outWidth, ...steps(s)),
      p.packed ? 0 : this.packedBytes(k, s.outChannels),
      biasBytes(p.bias, s.outChannels),
    );
    if (!p.packed) this.exports.packPanels(p.filter, k, s.outChannels, 0, packed);
    const filter = p.packed ? p.filter : packed;
    const activation = activationNumbers[p.activation ?? 'linear'];
    this.exports.conv2d(...convSizes(s), p.input, filter, p.output, this.padBias(p.bias, s.outChannels, bias), activation, own);
  }

  /** Filter `[filterHeight, filterWidth, inChannels, multiplier]`, outChannels = inChannels * multiplier. */
  depthwiseConv2d(p: { shape: WindowShape; input: Address; filter: Address; output: Address }): void {
    this.exports.depthwiseConv2d(...depthwiseSizes(p.shape), p.input, p.filter, p.output);
  }

  /** NaN is never a maximum; a window of nothing else gives -Infinity, as on tfjs' cpu backend. */
  maxPool(p: { shape: WindowShape; input: Address; output: Address }): void {
    this.exports.maxPool(...poolSizes(p.shape), p.input, p.output);
  }

  /** Mean of the pixels of each window that lie in the image. */
  averagePool(p: { shape: WindowShape; input: Address; output: Address }): void {
    this.exports.averagePool(...poolSizes(p.shape), p.input, p.output);
  }

  /** Input and output may be the same. */
  activate(p: ActivateArguments): void {
    this.exports.activateAll(p.count, p.input, p.output, activationNumbers[p.activation]);
  }

  /** a + b */
  add(p: { count: number; a: Address; b: Address; output: Address }): void {
    this.exports.addAll(p.count, p.a, p.b, p.output);
  }

  /** Adds `bias`, `[columns]`, to every row. Input and output may be the same. */
  addBias(p: { rows: number; columns: number; input: Address; bias: Address; output: Address }): void {
    this.exports.addBias(p.rows, p.columns, p.input, p.bias, p.output);
  }

  /** Softmax of every row. Input and output may be the same. */
  softmax(p: { rows: number; columns: number; input: Address; output: Address }): void {
    this.exports.softmax(p.rows, p.columns, p.input, p.output);
  }

  /** Frees the scratch memory; the next call takes it anew. */
  dispose(): void {
    this.scratch.dispose();
  }

  /** Tiles read a bias in whole vectors. */
  protected padBias(bias: Address | undefined, count: number, room: Address): Address {
    if (bias === undefined || count % 8 === 0) return bias ?? 0;
    this.exports.padVector(bias, count, Math.ceil(count / 8) * 8, room);
    return room;
  }
}

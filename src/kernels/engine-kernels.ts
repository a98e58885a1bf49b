import type { Address } from './address.ts';
import { InferenceKernels } from './inference-kernels.ts';
import type { EngineExports } from './kernel-exports.ts';
import { decodeBuild, type KernelBuild, type LoadKernelsOptions, loadBuild, type WasmFlavour } from './load-build.ts';

/** Floats that are packed together: half of a second-level cache. */
const packedAtOnce = 16_384;

/** Kernels to predict with: float32, and those that use what compression has made of the weights. */
export class EngineKernels extends InferenceKernels<EngineExports> {
  /** Packs `[k, n]` weights of JavaScript's memory, some rows after the other: twice their size is never needed. */
  packWeights(p: { k: number; n: number; weights: Float32Array; target: Address }): void {
    const rowsAtOnce = Math.max(1, Math.floor(packedAtOnce / p.n));
    const source = this.scratch.reserve(4 * p.n * Math.min(p.k, rowsAtOnce));
    for (let first = 0; first < p.k; first += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, p.k - first);
      this.floats(source, rows * p.n).set(p.weights.subarray(first * p.n, (first + rows) * p.n));
      this.exports.packRows(source, rows, p.n, first, p.k, p.target);
    }
  }

  /** A view of `count` signed bytes; valid until something is allocated. */
  bytes(address: number, count: number): Int8Array<ArrayBuffer> {
    return new Int8Array(this.heap.memory.buffer as ArrayBuffer, address, count);
  }
}

const build: KernelBuild<EngineKernels> = {
  bytes: (flavour) => (flavour === 'simd' ? import('./built/engine-simd.ts') : import('./built/engine-relaxed-simd.ts')),
  make: (flavour, exports, heap) => new EngineKernels(flavour, exports as unknown as EngineExports, heap),
};

/** The module of a flavour, as it was built. */
export async function engineBytes(flavour: WasmFlavour): Promise<Uint8Array<ArrayBuffer>> {
  return decodeBuild((await build.bytes(flavour)).hex);
}

/**
 * Loads the WebAssembly kernels of the engine; every call gives an instance over its own memory or the given one. Needs no file: the
 * bytes are in the code.
 * @throws DlError `missing` where WebAssembly has no SIMD
 */
export function loadEngineKernels(options: LoadKernelsOptions = {}): Promise<EngineKernels> {
  return loadBuild(build, options);
}

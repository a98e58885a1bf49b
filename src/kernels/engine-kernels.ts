import { InferenceKernels } from './inference-kernels.ts';
import { int8MultipliesRight } from './int8-multiplies-right.ts';
import type { EngineExports } from './kernel-exports.ts';
import { decodeBuild, type KernelBuild, type LoadKernelsOptions, likelyFlavours, loadBuild, type WasmFlavour } from './load-build.ts';
import { multipliesRight } from './multiplies-right.ts';

/** Kernels to predict with: float32, and those that use what compression has made of the weights. */
export class EngineKernels extends InferenceKernels<EngineExports> {
  /** A view of `count` signed bytes; valid until something is allocated. */
  bytes(address: number, count: number): Int8Array<ArrayBuffer> {
    return new Int8Array(this.heap.memory.buffer as ArrayBuffer, address, count);
  }
}

const build: KernelBuild<EngineKernels> = {
  bytes: (flavour) => (flavour === 'simd' ? import('./built/engine-simd.ts') : import('./built/engine-relaxed-simd.ts')),
  make: (flavour, exports, heap) => new EngineKernels(flavour, exports as unknown as EngineExports, heap),
  // Only the relaxed build multiplies whole numbers by an instruction that may cut sums off.
  computesRight: (kernels) => multipliesRight(kernels) && (kernels.flavour === 'simd' || int8MultipliesRight(kernels)),
};

/** The module of a flavour, as it was built. */
export async function engineBytes(flavour: WasmFlavour): Promise<Uint8Array<ArrayBuffer>> {
  return decodeBuild((await build.bytes(flavour)).hex);
}

/** Resolves when a `loadEngineKernels()` that was called before compiles, beside this thread: the time to do something else. */
export async function compilingEngineKernels(): Promise<void> {
  await build.bytes(likelyFlavours()[0]);
}

/**
 * Loads the WebAssembly kernels of the engine; every call gives an instance over its own memory or the given one. Needs no file: the
 * bytes are in the code.
 * @throws DlError `missing` where WebAssembly has no SIMD
 */
export function loadEngineKernels(options: LoadKernelsOptions = {}): Promise<EngineKernels> {
  return loadBuild(build, options);
}

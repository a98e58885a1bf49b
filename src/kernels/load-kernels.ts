import type { KernelExports } from './kernel-exports.ts';
import { Kernels } from './kernels.ts';
import { type KernelBuild, type LoadKernelsOptions, loadBuild } from './load-build.ts';

const build: KernelBuild<Kernels> = {
  bytes: (flavour) => (flavour === 'simd' ? import('./built/training-simd.ts') : import('./built/training-relaxed-simd.ts')),
  make: (flavour, exports, heap) => new Kernels(flavour, exports as unknown as KernelExports, heap),
};

/**
 * Loads the WebAssembly kernels to train with; every call gives an instance over its own memory or the given one. Needs no file: the
 * bytes are in the code.
 * @throws DlError `missing` where WebAssembly has no SIMD
 */
export function loadKernels(options: LoadKernelsOptions = {}): Promise<Kernels> {
  return loadBuild(build, options);
}

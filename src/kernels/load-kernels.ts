import { DlError } from '../core/errors.ts';
import type { KernelHeap } from './address.ts';
import type { KernelExports } from './kernel-exports.ts';
import { type KernelFlavour, Kernels } from './kernels.ts';
import { OwnHeap } from './own-heap.ts';

type WasmFlavour = Exclude<KernelFlavour, 'native'>;

export interface LoadKernelsOptions {
  /** Memory to compute in. @default a new one of their own */
  readonly heap?: KernelHeap;
  /** @default the fastest that this engine compiles and computes right */
  readonly flavour?: WasmFlavour;
}

/**
 * Loads the WebAssembly kernels; every call gives an instance over its own memory or the given one. Needs no file: the bytes are in the code.
 * @throws DlError `missing` where WebAssembly has no SIMD
 */
export async function loadKernels(options: LoadKernelsOptions = {}): Promise<Kernels> {
  const flavours: readonly WasmFlavour[] = options.flavour ? [options.flavour] : ['relaxed-simd', 'simd'];
  const heap = options.heap ?? new OwnHeap();
  for (const flavour of flavours) {
    const module = await compiled(flavour);
    if (!module) continue;
    const instance = await WebAssembly.instantiate(module, { env: { memory: heap.memory } });
    const kernels = new Kernels(flavour, instance.exports as unknown as KernelExports, heap);
    if (computesRight(kernels)) return kernels;
  }
  throw new DlError(
    'missing',
    `The kernels need WebAssembly with ${flavours.at(-1)}, which this JavaScript engine does not have. Use Node 20 or a browser of 2023 or later.`,
  );
}

const modules = new Map<WasmFlavour, Promise<WebAssembly.Module | undefined>>();

function compiled(flavour: WasmFlavour): Promise<WebAssembly.Module | undefined> {
  let module = modules.get(flavour);
  if (!module) {
    module = compile(flavour);
    modules.set(flavour, module);
  }
  return module;
}

async function compile(flavour: WasmFlavour): Promise<WebAssembly.Module | undefined> {
  const { base64 } = await (flavour === 'simd' ? import('./built/simd.ts') : import('./built/relaxed-simd.ts'));
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return WebAssembly.validate(bytes) ? WebAssembly.compile(bytes) : undefined;
}

/** A product of small whole numbers, which every rounding leaves alone. An engine may validate what it then computes wrongly. */
function computesRight(kernels: Kernels): boolean {
  const [m, n, k] = [5, 11, 7];
  const { heap } = kernels;
  const start = heap.allocate((m * k + k * n + m * n) * 4);
  const [a, b, c] = [start, start + m * k * 4, start + (m * k + k * n) * 4];
  kernels.floats(a, m * k).forEach((_, index, all) => {
    all[index] = (index % 5) - 2;
  });
  kernels.floats(b, k * n).forEach((_, index, all) => {
    all[index] = (index % 7) - 3;
  });
  kernels.gemm({ m, n, k, a, b, c });
  const right = kernels.floats(c, m * n).every((value, index) => {
    const [row, column] = [Math.floor(index / n), index % n];
    let sum = 0;
    for (let step = 0; step < k; step++) sum += (((row * k + step) % 5) - 2) * (((step * n + column) % 7) - 3);
    return value === sum;
  });
  kernels.dispose();
  heap.free(start);
  return right;
}

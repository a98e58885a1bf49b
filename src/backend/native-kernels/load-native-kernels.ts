import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { DlError } from '../../core/errors.ts';
import { type KernelHeap, Kernels, OwnHeap } from '../../kernels/index.ts';
import type { KernelExports } from '../../kernels/kernel-exports.ts';
import { kernelLibrary } from './kernel-library.ts';

/** What `addon.cpp` exports beside the kernels. */
interface Addon extends KernelExports {
  /** Tells the addon where the memory is that addresses count from. */
  attach(buffer: ArrayBuffer): void;
  setThreads(count: number): void;
  /** Width of the registers that it was compiled for: 512 with AVX-512. */
  vectorBits(): number;
}

export interface LoadNativeKernelsOptions {
  /** Memory to compute in. @default a new one of their own */
  readonly heap?: KernelHeap;
  /** Threads of one kernel, for all kernels of the process; results have equal bits whatever it is. @default `defaultThreads()` */
  readonly threads?: number;
}

/** Four at most: what small nets have use for. */
export function defaultThreads(): number {
  return Math.min(4, availableParallelism());
}

/**
 * Loads the kernels that `npx dl-project native` has compiled on this machine. They have the interface of those in WebAssembly and compute in
 * the same memory, with this processor's own vectors and several threads.
 * @throws DlError `missing` where they are not compiled or do not load
 */
export function loadNativeKernels({ heap = new OwnHeap(), threads = defaultThreads() }: LoadNativeKernelsOptions = {}): Kernels {
  const { file } = kernelLibrary();
  if (!existsSync(file)) {
    throw new DlError(
      'missing',
      'The native kernels are not compiled on this machine. Type: npx dl-project native (or DL_BACKEND=wasm to go without).',
    );
  }
  const addon = load(file);
  addon.setThreads(threads);
  return new Kernels('native', computingIn(heap.memory, addon), heap);
}

function load(file: string): Addon {
  try {
    return createRequire(import.meta.url)(file) as Addon;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new DlError(
      'missing',
      `The native kernels do not load (${why}). Type: npx dl-project native (or DL_BACKEND=wasm to go without).`,
      { cause },
    );
  }
}

/** What the addon was told last; one for the JavaScript thread, as in the addon. */
let attached: unknown;

/** The kernels over one memory, whose buffer is another one whenever it has grown. */
function computingIn(memory: WebAssembly.Memory, addon: Addon): KernelExports {
  const names = Object.keys(addon) as (keyof Addon)[];
  const functions = names.map((name) => {
    const kernel = addon[name] as (...values: number[]) => number;
    const run = (...values: number[]) => {
      const { buffer } = memory;
      if (buffer !== attached) {
        addon.attach(buffer as ArrayBuffer);
        attached = buffer;
      }
      return kernel(...values);
    };
    return [name, run];
  });
  return Object.fromEntries(functions);
}

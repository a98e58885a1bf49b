import { DlError } from '../core/errors.ts';
import type { KernelHeap } from './address.ts';
import { hasRelaxedSimd } from './has-relaxed-simd.ts';
import type { KernelFlavour } from './inference-kernels.ts';
import { OwnHeap } from './own-heap.ts';

export type WasmFlavour = Exclude<KernelFlavour, 'native'>;

export interface LoadKernelsOptions {
  /** Memory to compute in. @default a new one of their own */
  readonly heap?: KernelHeap;
  /** @default the fastest that this JavaScript engine compiles and computes right */
  readonly flavour?: WasmFlavour;
}

/** One of the modules that scripts/build-kernels.ts makes. */
export interface KernelBuild<Made> {
  /** The bytes of a flavour in hexadecimal digits, which gzip packs a fifth smaller than base64: imported when asked for, so that the other one is not loaded. */
  bytes(flavour: WasmFlavour): Promise<{ readonly hex: string }>;
  make(flavour: WasmFlavour, exports: WebAssembly.Exports, heap: KernelHeap): Made;
}

/** @throws DlError `missing` where WebAssembly has no SIMD */
export async function loadBuild<Made>(build: KernelBuild<Made>, options: LoadKernelsOptions): Promise<Made> {
  const { flavour = hasRelaxedSimd() ? 'relaxed-simd' : 'simd', heap = new OwnHeap() } = options;
  const module = await compiled(build, flavour);
  if (!module) {
    throw new DlError(
      'missing',
      `The kernels need WebAssembly with ${flavour}, which this JavaScript engine does not have. Use Node 20 or a browser of 2023 or later.`,
    );
  }
  const { exports } = await WebAssembly.instantiate(module, { env: { memory: heap.memory } });
  return build.make(flavour, exports, heap);
}

type Modules = Partial<Record<WasmFlavour, Promise<WebAssembly.Module | undefined>>>;

/** Compiled once for all instances. */
const modulesOf = new WeakMap<object, Modules>();

function compiled(build: KernelBuild<unknown>, flavour: WasmFlavour): Promise<WebAssembly.Module | undefined> {
  const modules = modulesOf.get(build) ?? {};
  modulesOf.set(build, modules);
  modules[flavour] ??= compile(build, flavour);
  return modules[flavour];
}

async function compile(build: KernelBuild<unknown>, flavour: WasmFlavour): Promise<WebAssembly.Module | undefined> {
  const { hex } = await build.bytes(flavour);
  // Whether it is valid, the compiler finds out too.
  return WebAssembly.compile(decodeBuild(hex)).catch(() => undefined);
}

/** In Node by Node, which does it before the loop below would be compiled. */
export function decodeBuild(hex: string): Uint8Array<ArrayBuffer> {
  const { Buffer } = globalThis as { Buffer?: { from(text: string, encoding: 'hex'): Uint8Array<ArrayBuffer> } };
  if (Buffer) return Buffer.from(hex, 'hex');
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 16 * digitOf(hex.charCodeAt(2 * i)) + digitOf(hex.charCodeAt(2 * i + 1));
  return bytes;
}

/** What `0` to `9` and `a` to `f` stand for, by the code of the letter: in a third of the time of `parseInt`. */
function digitOf(code: number): number {
  return (code & 15) + 9 * (code >> 6);
}

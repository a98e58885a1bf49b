import { createRequire } from 'node:module';
import { env, findBackend, getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import { DlError } from '../core/errors.ts';
import { formatCountOf } from '../core/format.ts';
import { didYouMean } from '../core/nearest.ts';
import { isCompiled } from './native-kernels/kernel-library.ts';
import { defaultThreads, loadNativeKernels } from './native-kernels/load-native-kernels.ts';
import { findNativePackage, loadNativePackage } from './native-package.ts';
import { registerNativeKernels } from './register-native-kernels.ts';
import { registerWasmKernels } from './wasm/register-wasm-kernels.ts';

/** `native`: our kernels compiled on this machine, in the memory of tfjs' wasm backend. `tensorflow` is tfjs-node. */
export type BackendName = 'native' | 'tensorflow' | 'wasm' | 'cpu';

/** What this process computes with. */
export interface BackendInfo {
  readonly name: BackendName;
  /** Threads that one operation uses. On `tensorflow` equal bits need an equal number of them; on `native` they do not. */
  readonly threads: number;
  /** The script that adds a faster backend; undefined with the fastest. */
  readonly faster: 'native' | undefined;
  /** `native, 2 threads` */
  describe(): string;
}

const names: readonly BackendName[] = ['native', 'tensorflow', 'wasm', 'cpu'];

let chosen: Promise<BackendInfo> | undefined;

/**
 * Chooses what tfjs computes with, once per process: `native` if our kernels are compiled on this machine (`npx dl-project native`), else
 * `tensorflow` if tfjs-node loads, else `wasm`, else `cpu`.
 *
 * The environment decides otherwise: `DL_BACKEND=native|tensorflow|wasm|cpu` forces one, `DL_THREADS` sets the threads of an operation on
 * `native` (@default all cores, at most 4; the bits are those of one thread) and `tensorflow` (@default 1: the fastest for small nets, and
 * the same bits on machines with any number of cores).
 *
 * @throws DlError `usage` for an unknown `DL_BACKEND` or `DL_THREADS`, `missing` for a forced backend that does not load
 */
export async function useBackend(): Promise<BackendInfo> {
  chosen ??= choose(readForcedName(), readThreads());
  return chosen;
}

async function choose(forced: BackendName | undefined, threads: number | undefined): Promise<BackendInfo> {
  if (forced === 'native') return useNative(threads);
  if (forced === 'tensorflow') return useTensorflow(threads ?? 1);
  if (forced === undefined && isCompiled()) {
    const native = await useNative(threads).catch(() => undefined);
    if (native) return native;
  }
  if (forced === undefined && findNativePackage() === 'ready') {
    const tensorflow = await useTensorflow(threads ?? 1).catch(() => undefined);
    if (tensorflow) return tensorflow;
  }
  if (forced === 'cpu') return useCpu();
  const wasm = useWasm();
  return forced === 'wasm' ? wasm : wasm.catch(() => useCpu());
}

async function useNative(threads = defaultThreads()): Promise<BackendInfo> {
  // First, so that what is wrong with them is the error, and tfjs is left alone.
  loadNativeKernels({ threads });
  await startWasm();
  const { reason } = await registerWasmKernels({ load: async (heap) => loadNativeKernels({ heap, threads }) });
  if (reason) throw new DlError('missing', `The native kernels do not work with this tfjs: ${reason}. DL_BACKEND=wasm goes without.`);
  return info('native', threads);
}

async function useTensorflow(threads: number): Promise<BackendInfo> {
  // A tfjs-node with a tfjs-core of its own shares the engine with ours, but warns of each thing it finds registered.
  env().set('IS_TEST', true);
  try {
    loadNativePackage(threads);
  } finally {
    env().set('IS_TEST', false);
  }
  registerNativeKernels();
  await activate('tensorflow');
  return info('tensorflow', threads);
}

async function useWasm(): Promise<BackendInfo> {
  await startWasm();
  const { reason } = await registerWasmKernels();
  return info('wasm', 1, reason && `without our kernels: ${reason}`);
}

async function startWasm(): Promise<void> {
  const withoutEmscripten = keepProcessListeners();
  try {
    await import('@tensorflow/tfjs-backend-wasm');
    await activate('wasm');
  } catch (cause) {
    throw new DlError('missing', 'The wasm backend does not load. Type: npm install @tensorflow/tfjs-backend-wasm@4.22.0', { cause });
  } finally {
    withoutEmscripten();
  }
}

async function useCpu(): Promise<BackendInfo> {
  // A dependency of the wasm backend, which pnpm shows only to that one.
  const wasmPackage = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  createRequire(wasmPackage)('@tensorflow/tfjs-backend-cpu');
  // tfjs prints an advertisement for tfjs-node at the first use.
  Object.assign(findBackend('cpu'), { firstUse: false });
  await activate('cpu');
  return info('cpu', 1);
}

async function activate(name: BackendName): Promise<void> {
  const ok = await setBackend(name);
  await ready();
  if (!ok || getBackend() !== name) throw new Error(`tfjs did not start its ${name} backend`);
}

function info(name: BackendName, threads: number, note?: string): BackendInfo {
  const text = `${name}, ${formatCountOf(threads, 'thread')}`;
  return {
    name,
    threads,
    // Where WebAssembly does not start, the kernels have no memory to compute in.
    faster: name === 'wasm' && note === undefined ? 'native' : undefined,
    describe: () => (note ? `${text}, ${note}` : text),
  };
}

function readForcedName(): BackendName | undefined {
  const value = process.env.DL_BACKEND;
  if (!value) return undefined;
  if ((names as readonly string[]).includes(value)) return value as BackendName;
  throw new DlError('usage', `DL_BACKEND=${value} is not a backend.${didYouMean(value, names)} Allowed: ${names.join(', ')}.`);
}

function readThreads(): number | undefined {
  const value = process.env.DL_THREADS;
  if (!value) return undefined;
  const threads = Number(value);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return threads;
  throw new DlError(
    'usage',
    `DL_THREADS=${value} is not a number of threads. Allowed: a whole number from 1 to 1024, for example DL_THREADS=2.`,
  );
}

/**
 * Emscripten's start-up code puts listeners on the process that turn any uncaught error into a dump of its own source.
 * Returns the function that takes away what was added since.
 */
function keepProcessListeners(): () => void {
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = new Map(events.map((event) => [event, new Set(process.rawListeners(event))]));
  return () => {
    for (const event of events) {
      for (const listener of process.rawListeners(event)) {
        if (!before.get(event)?.has(listener)) process.off(event, listener as () => void);
      }
    }
  };
}

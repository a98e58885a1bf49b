import { createRequire } from 'node:module';
import { env, findBackend, getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import { DlError } from '../core/errors.ts';
import { didYouMean } from '../core/nearest.ts';
import { findNativePackage, loadNativePackage, nativeCanBeAdded } from './native-package.ts';
import { registerNativeKernels } from './register-native-kernels.ts';
import { registerWasmKernels } from './wasm/register-wasm-kernels.ts';

/** tfjs' own names. `tensorflow` is tfjs-node, the native one. */
export type BackendName = 'tensorflow' | 'wasm' | 'cpu';

/** What this process computes with. */
export interface BackendInfo {
  readonly name: BackendName;
  /** Threads that one operation uses. Equal bits need an equal number of them. */
  readonly threads: number;
  /** The command that adds a faster backend. Undefined with our wasm kernels, which train small nets as fast as the native backend. */
  readonly faster: string | undefined;
  /** `wasm, 1 thread` */
  describe(): string;
}

const forcedNames: Readonly<Record<string, BackendName>> = {
  tensorflow: 'tensorflow',
  native: 'tensorflow',
  wasm: 'wasm',
  cpu: 'cpu',
};

let chosen: Promise<BackendInfo> | undefined;

/**
 * Chooses what tfjs computes with, once per process: native (`tensorflow`) if tfjs-node loads, else `wasm`, else `cpu`.
 *
 * The environment decides otherwise: `DL_BACKEND=tensorflow|native|wasm|cpu` forces one, `DL_THREADS` sets the threads
 * of a native operation (@default 1: the fastest for small nets, and the same bits on machines with any number of cores).
 *
 * @throws DlError `usage` for an unknown `DL_BACKEND` or `DL_THREADS`, `missing` for a forced backend that does not load
 */
export async function useBackend(): Promise<BackendInfo> {
  chosen ??= choose(readForcedName(), readThreads());
  return chosen;
}

async function choose(forced: BackendName | undefined, threads: number): Promise<BackendInfo> {
  if (forced === 'tensorflow') return useNative(threads);
  if (forced === undefined && findNativePackage() === 'ready') {
    const native = await useNative(threads).catch(() => undefined);
    if (native) return native;
  }
  if (forced === 'cpu') return useCpu();
  const wasm = useWasm();
  return forced === 'wasm' ? wasm : wasm.catch(() => useCpu());
}

async function useNative(threads: number): Promise<BackendInfo> {
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
  const withoutEmscripten = keepProcessListeners();
  try {
    await import('@tensorflow/tfjs-backend-wasm');
    await activate('wasm');
    const { reason } = await registerWasmKernels();
    return info('wasm', 1, reason && `without our kernels: ${reason}`);
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
  const label = name === 'tensorflow' ? 'tensorflow (native)' : name;
  const slow = name === 'cpu' || note !== undefined;
  const text = `${label}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return {
    name,
    threads,
    faster: slow && findNativePackage() !== 'ready' && nativeCanBeAdded() ? 'npm run native' : undefined,
    describe: () => (note ? `${text}, ${note}` : text),
  };
}

function readForcedName(): BackendName | undefined {
  const value = process.env.DL_BACKEND;
  if (!value) return undefined;
  if (Object.hasOwn(forcedNames, value)) return forcedNames[value];
  const names = Object.keys(forcedNames);
  throw new DlError('usage', `DL_BACKEND=${value} is not a backend.${didYouMean(value, names)} Allowed: ${names.join(', ')}.`);
}

function readThreads(): number {
  const value = process.env.DL_THREADS;
  if (!value) return 1;
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

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { DlError } from '../../core/errors.ts';
import type { Address, KernelHeap } from '../../kernels/index.ts';

/** What Emscripten puts on tfjs' module; its declarations leave most of it out. */
interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
  /** The exports of the WebAssembly instance. */
  readonly asm?: Readonly<Record<string, unknown>>;
  _malloc(sizeBytes: number): number;
  _free(address: number): void;
}

/**
 * The memory in which tfjs' wasm backend keeps its tensors, or undefined where it is not to be had: the browser's threaded build imports a
 * shared memory, which our kernels do not take.
 */
export function tfjsHeap(backend: BackendWasm): KernelHeap | undefined {
  const module = backend.wasm as unknown as EmscriptenModule;
  const memory = Object.values(module.asm ?? {}).find((value) => value instanceof WebAssembly.Memory);
  if (!memory || memory.buffer !== module.HEAPU8.buffer) return undefined;
  return {
    memory,
    allocate(sizeBytes: number): Address {
      // Emscripten's addresses are signed: from 2 GB on they would be negative.
      const address = module._malloc(sizeBytes) >>> 0;
      if (address === 0) {
        throw new DlError(
          'refused',
          `WebAssembly has no ${sizeBytes} bytes left: it holds at most 2 to 4 GB. Use a smaller batch or a smaller model.`,
        );
      }
      return address;
    },
    free: (address) => module._free(address),
  };
}

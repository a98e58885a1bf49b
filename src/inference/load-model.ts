import { DlError } from '../core/errors.ts';
import { loadEngineKernels } from '../kernels/engine-kernels.ts';
import { readModelFile } from '../packed/read-model-file.ts';
import { measureKernels } from './autotune.ts';
import type { KernelChoices } from './choose-kernel.ts';
import { Model } from './model.ts';
import { readSource } from './read-source.ts';

export interface LoadModelOptions {
  /**
   * True: each layer's kernels are run once and the fastest is taken, which costs some milliseconds a layer. `model.choices` of such a
   * model can be kept and given here another time. @default false: the cheapest by estimate
   */
  readonly autotune?: boolean | KernelChoices;
}

/**
 * Loads a packed model: in Node, in a browser, in a worker; without tfjs.
 *
 * @param source the file's path (in Node), its address (a URL, or text that begins with http:, https: or file:; in a browser
 *   also a relative one), or its bytes
 * @throws DlError `missing` where there is no file, `file` for a damaged one or another kind, `refused` for layers that the engine cannot run
 */
export async function loadModel(source: string | URL | ArrayBuffer | Uint8Array, options: LoadModelOptions = {}): Promise<Model> {
  const [bytes, kernels] = await Promise.all([readSource(source), loadEngineKernels()]);
  const { autotune = false } = options;
  try {
    const file = readModelFile(bytes);
    return new Model(file, kernels, autotune === true ? await measureKernels(file) : autotune || {});
  } catch (cause) {
    if (!(cause instanceof DlError) || source instanceof ArrayBuffer || ArrayBuffer.isView(source)) throw cause;
    throw new DlError(cause.code, `${source}: ${cause.message}`, { cause });
  }
}

import { DlError } from '../core/errors.ts';
import { loadKernels } from '../kernels/load-kernels.ts';
import { readModelFile } from '../packed/read-model-file.ts';
import { Model } from './model.ts';
import { readSource } from './read-source.ts';

/**
 * Loads a packed model: in Node, in a browser, in a worker; without tfjs.
 *
 * @param source the file's path (in Node), its address (a URL, or text that begins with http:, https: or file:; in a browser
 *   also a relative one), or its bytes
 * @throws DlError `missing` where there is no file, `file` for a damaged one or another kind, `refused` for layers that the engine cannot run
 */
export async function loadModel(source: string | URL | ArrayBuffer | Uint8Array): Promise<Model> {
  const [bytes, kernels] = await Promise.all([readSource(source), loadKernels()]);
  try {
    return new Model(readModelFile(bytes), kernels);
  } catch (cause) {
    if (!(cause instanceof DlError) || source instanceof ArrayBuffer || ArrayBuffer.isView(source)) throw cause;
    throw new DlError(cause.code, `${source}: ${cause.message}`, { cause });
  }
}

import { DlError } from '../core/errors.ts';
import { requireKnownOptions } from '../core/known-options.ts';
import { loadEngineKernels } from '../kernels/engine-kernels.ts';
import { readModelFile } from '../packed/read-model-file.ts';
import { prepareSha256 } from '../packed/sha256.ts';
import { measureKernels } from './autotune.ts';
import type { KernelChoices } from './choose-kernel.ts';
import { Model } from './model.ts';
import { readSource } from './read-source.ts';
import { ModelWorkers } from './workers/model-workers.ts';

export interface LoadModelOptions {
  /**
   * True: each layer's kernels are run once and the fastest is taken, which costs some milliseconds a layer. `model.choices` of such a
   * model can be kept and given here another time. @default false: the cheapest by estimate
   */
  readonly autotune?: boolean | KernelChoices;
  /**
   * Workers (threads in Node) that `predict` spreads the samples over, 64 at a time; each has its own copy of the weights. `model.close()`
   * ends them. @default 0: `predict` computes where it is called
   */
  readonly workers?: number;
}

const mostWorkers = 64;

/**
 * Loads a packed model: in Node, in a browser, in a worker; without tfjs.
 *
 * @param source the file's path (in Node), its address (a URL, or text that begins with http:, https: or file:; in a browser
 *   also a relative one), or its bytes
 * @throws DlError `config` for an option that there is not, `usage` for a source or a number of workers that is none, `missing` where there is no file, `file` for a damaged one or another kind, `refused` for layers that the engine cannot run
 */
export async function loadModel(source: string | URL | ArrayBuffer | Uint8Array, options: LoadModelOptions = {}): Promise<Model> {
  requireKnownOptions('loadModel', options, { autotune: true, workers: true });
  const { workers = 0, autotune = false } = options;
  if (!Number.isInteger(workers) || workers < 0 || workers > mostWorkers) {
    throw new DlError('usage', `workers is ${workers}; it is a whole number from 0 to ${mostWorkers}.`);
  }
  if (typeof autotune !== 'boolean' && typeof autotune !== 'object') {
    throw new DlError('usage', `autotune is ${JSON.stringify(autotune)}; it is true, false or the choices of a model that was measured.`);
  }
  const begun = Promise.all([readSource(source), loadEngineKernels()]);
  prepareSha256();
  const [bytes, kernels] = await begun;
  try {
    const file = readModelFile(bytes);
    const choices = autotune === true ? await measureKernels(file) : autotune || {};
    const model = new Model(file, kernels, { choices });
    return workers > 0 ? model.spreadOver(await ModelWorkers.start(workers, bytes, choices)) : model;
  } catch (cause) {
    if (!(cause instanceof DlError) || !(typeof source === 'string' || source instanceof URL)) throw cause;
    throw new DlError(cause.code, `${source}: ${cause.message}`, { cause });
  }
}

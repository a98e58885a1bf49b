import { DlError } from '../../core/errors.ts';
import { loadModel } from '../../inference/load-model.ts';

/**
 * What the engine has against a model file: which layer it cannot run, and what can be done all the same.
 * @returns undefined where it runs it
 */
export async function engineRefusal(file: Uint8Array): Promise<string | undefined> {
  try {
    await loadModel(file);
    return undefined;
  } catch (error) {
    if (!(error instanceof DlError && error.code === 'refused')) throw error;
    return `${error.message} The file becomes smaller all the same; how fast the engine is cannot be measured.`;
  }
}

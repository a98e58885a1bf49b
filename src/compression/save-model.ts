import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { writeBytesAtomically } from '../checkpoint/write-bytes-atomically.ts';
import { type PackOptions, packModel } from './pack-model.ts';

export type SaveModelOptions = PackOptions;

/**
 * Writes any layers model as a packed file, in the smallest form that keeps every bit: for `loadModel` of `dl-project/inference`, in
 * Node and in the browser, and for `loadLayersModel`.
 *
 * ```ts
 * await saveModel(model, 'digits.safetensors', { features: data.features });
 * ```
 *
 * @param path folders in between are made; a file that is there is replaced, whole or not at all
 * @returns the size of the file
 */
export async function saveModel(model: LayersModel, path: string, options: SaveModelOptions): Promise<{ sizeBytes: number }> {
  const bytes = await packModel(model, options);
  await mkdir(dirname(path), { recursive: true });
  await writeBytesAtomically(path, bytes);
  return { sizeBytes: bytes.length };
}

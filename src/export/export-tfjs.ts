import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeBytesAtomically } from '../checkpoint/write-bytes-atomically.ts';
import { type ModelDescription, type ModelSource, modelOf } from './model-source.ts';
import type { TfjsPrecision } from './tfjs/weight-data.ts';
import { type TfjsFiles, writeTfjs } from './tfjs/write-tfjs.ts';

export interface ExportTfjsOptions extends ModelDescription {
  /** How weights are stored; tfjs computes in float32 in any case. @default 'float32' */
  readonly precision?: TfjsPrecision;
}

/**
 * Writes a model as tfjs reads it: `model.json` and files of weights, for `tf.loadLayersModel`.
 *
 * ```ts
 * await exportTfjs('runs/.../model.safetensors', 'public/digits', { precision: 'uint8' });
 * ```
 *
 * @param folder is made where it is not there; files of the same names are replaced, model.json last
 * @throws DlError `missing` where there is no model, `refused` for a layer that tfjs does not have
 */
export async function exportTfjs(source: ModelSource, folder: string, options: ExportTfjsOptions = {}): Promise<{ sizeBytes: number }> {
  const files = await toTfjs(source, options);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of files) await writeBytesAtomically(join(folder, name), bytes);
  return { sizeBytes: [...files.values()].reduce((sum, { length }) => sum + length, 0) };
}

/** The same as bytes. */
export async function toTfjs(source: ModelSource, { precision = 'float32', ...description }: ExportTfjsOptions = {}): Promise<TfjsFiles> {
  return writeTfjs(await modelOf(source, description), precision);
}

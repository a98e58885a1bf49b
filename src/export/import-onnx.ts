import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { DlError } from '../core/errors.ts';
import type { Features } from '../data/features.ts';
import { readSource } from '../inference/read-source.ts';
import { describeData, type ImportedData } from './imported-data.ts';
import { type ReadOnnxOptions, readOnnx } from './onnx/read/read-onnx.ts';

export type ImportOnnxOptions = ReadOnnxOptions & ImportedData;

/** A model from elsewhere, as a layers model of tfjs. */
export interface ImportedModel {
  /** To be disposed by the caller. */
  readonly model: LayersModel;
  /** As the file or the options say; where neither does, inputs are taken as they come and classes are numbers. */
  readonly features: Features;
  /** What the user should know: sentences. */
  readonly notes: readonly string[];
}

/**
 * Makes a layers model of an ONNX file, such as PyTorch's `torch.onnx.export` writes: to compress it, to save it for the engine, to train on.
 *
 * ```ts
 * const { model, features } = await importOnnx('mobilenet.onnx', { addSoftmax: true, outputNames: ['cat', 'dog'] });
 * await saveModel(model, 'mobilenet.safetensors', { features });
 * ```
 *
 * @param source the file's path or address, or its bytes; it may be damaged or hostile
 * @throws DlError `missing` where there is no file, `file` for a damaged one, `refused` for operators that no layer stands for
 */
export async function importOnnx(source: string | URL | Uint8Array, options: ImportOnnxOptions = {}): Promise<ImportedModel> {
  const { topology, weights, metadata, ...read } = readOnnx(await readSource(source), options);
  const described = describeData({ ...read, features: metadata.features, classes: metadata.classes ?? metadata.names }, options);
  let model: LayersModel;
  try {
    model = await buildModel(topology, weights);
  } catch (cause) {
    throw new DlError('file', `Not a sound ONNX file: its layers do not fit together (${(cause as Error).message}).`, { cause });
  }
  return { model, ...described };
}

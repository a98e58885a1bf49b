import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildModel } from '../checkpoint/load-checkpoint.ts';
import { DlError } from '../core/errors.ts';
import type { ImportedModel } from './import-onnx.ts';
import { describeData, type ImportedData } from './imported-data.ts';
import { readTfjs } from './tfjs/read-tfjs.ts';
import type { TfjsFiles } from './tfjs/write-tfjs.ts';

/**
 * Reads a layers model of tfjs: what `exportTfjs`, tfjs' `model.save` or its converter (from Keras 2 and 3) wrote, with weights as float32,
 * float16, uint8 or uint16. It then can be compressed, and saved for the engine.
 *
 * @param source the path of model.json or of its folder; or the files by name. They may be damaged or hostile
 * @throws DlError `missing` where there is no such file, `file` for a damaged one, `refused` for graph models and unknown layers
 */
export async function importTfjs(source: string | TfjsFiles, options: ImportedData = {}): Promise<ImportedModel> {
  const read = typeof source === 'string' ? await folderReader(source) : filesReader(source);
  const text = new TextDecoder().decode(await read('model.json'));
  const { topology, weights, metadata } = await readTfjs(text, read);
  const model = await builtModel(topology, weights);
  try {
    const { features, classes } = metadata;
    const known = { ...dataShapes(model), endsWith: ending(topology.config.layers) };
    return { model, ...describeData({ ...known, features: asJson(features), classes: asJson(classes) }, options) };
  } catch (cause) {
    model.dispose();
    throw cause;
  }
}

async function builtModel(topology: unknown, weights: Parameters<typeof buildModel>[1]): Promise<LayersModel> {
  try {
    return await buildModel(topology, weights);
  } catch (cause) {
    const reason = (cause as Error).message;
    const unknown = /Unknown layer: (\w+)/.exec(reason)?.[1];
    if (unknown) throw new DlError('refused', `The model has a layer of the class ${unknown}, which tfjs does not have. Exported as ONNX it may be read: importOnnx.`, { cause }); // biome-ignore format: one line
    throw new DlError('file', `Not a sound tfjs model: its layers do not fit together (${reason.split('\n')[0]}).`, { cause });
  }
}

type ReadNamed = (name: string) => Promise<Uint8Array>;

async function folderReader(path: string): Promise<ReadNamed> {
  const isFolder = await stat(path).then((entry) => entry.isDirectory(), () => false); // biome-ignore format: one line
  const [folder, modelJson] = isFolder ? [path, join(path, 'model.json')] : [dirname(path), path];
  return async (name) => {
    const file = name === 'model.json' ? modelJson : join(folder, name);
    try {
      return await readFile(file);
    } catch (cause) {
      throw new DlError('missing', `There is no file ${file}. A tfjs model is model.json and the files of weights beside it.`, { cause });
    }
  };
}

function filesReader(files: TfjsFiles): ReadNamed {
  return async (name) => {
    const bytes = files.get(name);
    if (bytes) return bytes;
    throw new DlError('missing', `The files have no ${name}. A tfjs model is model.json and the files of weights that it names.`);
  };
}

/** @throws DlError `refused` for models that do not turn one input into one list of numbers */
function dataShapes({ inputs, outputs }: LayersModel): { inputShape: number[]; outputs: number } {
  const [input, output] = [inputs[0].shape.slice(1), outputs[0].shape.slice(1)];
  const isKnown = (shape: readonly (number | null)[]): shape is number[] => shape.every((length) => length !== null && length > 0);
  if (inputs.length === 1 && outputs.length === 1 && isKnown(input) && isKnown(output) && output.length === 1) {
    return { inputShape: input, outputs: output[0] };
  }
  const shown = (tensors: LayersModel['inputs']) =>
    tensors.map(({ shape }) => `[${shape.slice(1).map((length) => length ?? '?')}]`).join(', ');
  throw new DlError('refused', `The model turns ${shown(inputs)} into ${shown(outputs)}; importTfjs takes models that turn one input of known lengths into a list of numbers.`); // biome-ignore format: one line
}

function ending(layers: readonly { class_name: string; config: Readonly<Record<string, unknown>> }[]): 'softmax' | 'sigmoid' | 'other' {
  const last = layers[layers.length - 1];
  if (last?.class_name === 'Softmax' || last?.config.activation === 'softmax') return 'softmax';
  return last?.config.activation === 'sigmoid' ? 'sigmoid' : 'other';
}

function asJson(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

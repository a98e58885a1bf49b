import { readFileSync } from 'node:fs';
import { loadOnnxRuntime } from './onnxruntime.ts';

/** The same model, once packed and once as ONNX with its channels first, as onnxruntime likes them best. */
export interface ModelFiles {
  readonly packed: string;
  readonly onnx: string;
}

/** From the values of a batch to the outputs, as somebody calls it who has pixels and wants probabilities. */
export interface LoadedModel {
  readonly inputShape: readonly number[];
  readonly channelsFirst?: boolean;
  predict(inputs: Float32Array, batch: number): Float32Array | Promise<Float32Array>;
}

const engines = {
  ours: loadOurs,
  'tfjs-wasm': async ({ packed }: ModelFiles) => {
    await import('@tensorflow/tfjs-backend-wasm');
    return loadTfjs(packed, 'wasm');
  },
  'tfjs-node': async ({ packed }: ModelFiles) => {
    const { loadNativePackage } = await import('../../src/backend/native-package.ts');
    loadNativePackage(1);
    return loadTfjs(packed, 'tensorflow');
  },
  'onnxruntime-web': (files: ModelFiles) => loadOnnx(files, 'web'),
  'onnxruntime-node': (files: ModelFiles) => loadOnnx(files, 'node'),
};

export type EngineName = keyof typeof engines;

/** Each on one thread. */
export function loadEngine(name: EngineName, files: ModelFiles): Promise<LoadedModel> {
  return engines[name](files);
}

async function loadOurs({ packed }: ModelFiles): Promise<LoadedModel> {
  const { loadModel } = await import('../../src/inference/load-model.ts');
  const model = await loadModel(packed);
  return { inputShape: model.features.inputShape, predict: (inputs) => model.compute(inputs) };
}

/** Without our kernels and gradients. */
async function loadTfjs(packed: string, backend: string): Promise<LoadedModel> {
  const { setBackend, tensor, tidy } = await import('@tensorflow/tfjs-core');
  const { loadLayersModel } = await import('../../src/compression/load-layers-model.ts');
  await setBackend(backend);
  const { model, features } = await loadLayersModel(packed);
  const { inputShape } = features;
  const predict = (inputs: Float32Array, batch: number) =>
    tidy(() => {
      // Not model.predict: it cuts the batch into pieces of 32 first.
      const outputs = model.apply(tensor(inputs, [batch, ...inputShape]), { training: false });
      return (outputs as unknown as { dataSync(): Float32Array }).dataSync();
    });
  return { inputShape, predict };
}

async function loadOnnx({ packed, onnx }: ModelFiles, which: 'node' | 'web'): Promise<LoadedModel> {
  const { readModelFile } = await import('../../src/packed/read-model-file.ts');
  const { inputShape } = readModelFile(readFileSync(packed)).features as { inputShape: readonly number[] };
  const { InferenceSession, Tensor } = loadOnnxRuntime(which);
  const threads = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session = await InferenceSession.create(which === 'node' ? onnx : readFileSync(onnx), threads);
  const [inputName, outputName] = [session.inputNames[0], session.outputNames[0]];
  const shape = inputShape.length === 3 ? [inputShape[2], inputShape[0], inputShape[1]] : inputShape;
  const predict = async (inputs: Float32Array, batch: number) => {
    const outputs = await session.run({ [inputName]: new Tensor('float32', inputs, [batch, ...shape]) });
    return outputs[outputName].data;
  };
  return { inputShape, channelsFirst: true, predict };
}

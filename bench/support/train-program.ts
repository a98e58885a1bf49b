// Trains a model on drawn digits, batch 128, and answers each line with images per second.
// Arguments: <model> <trainer>, where trainer is `ours` or `stock` (tfjs-layers' own fit, without our kernels).
import { ready, setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { loadNativePackage } from '../../src/backend/native-package.ts';
import { useBackend } from '../../src/backend/use-backend.ts';
import { DataLoader } from '../../src/data/data-loader.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { Trainer } from '../../src/training/trainer.ts';
import { buildModel, imagesFor, type ModelName } from './build-model.ts';
import { answerMeasurements } from './measuring-process.ts';

const batchSize = 128;
const images = 20 * batchSize;
const [modelName, trainer] = process.argv.slice(2);

await (trainer === 'ours' ? useBackend() : useStockBackend());
const digits = imagesFor(modelName as ModelName, images);
const model = buildModel(modelName as ModelName);
const epoch = trainer === 'ours' ? ourEpoch(model, digits) : await stockEpoch(model, digits);

await epoch(); // the first one compiles and fills caches
await answerMeasurements(async () => {
  const start = performance.now();
  await epoch();
  return images / ((performance.now() - start) / 1000);
});

function ourEpoch(model: LayersModel, digits: Dataset): () => Promise<unknown> {
  const loader = new DataLoader(digits, { batchSize, shuffleSeed: 0 });
  const training = new Trainer(model, {
    epochs: 1,
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    optimizer: 'adam',
    restoreBestWeights: false,
  });
  return () => training.fit(loader);
}

async function stockEpoch(model: LayersModel, digits: Dataset): Promise<() => Promise<unknown>> {
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const all = await digits.get(Uint32Array.from({ length: digits.length }, (_, i) => i));
  const inputs: Tensor = tensor(all.inputs, [digits.length, ...digits.features.inputShape]);
  const targets: Tensor = tensor(Float32Array.from(all.targets), [digits.length, 1]);
  return () => model.fit(inputs, targets, { batchSize, epochs: 1, verbose: 0 });
}

async function useStockBackend(): Promise<void> {
  if (process.env.DL_BACKEND === 'tensorflow') {
    loadNativePackage(Number(process.env.DL_THREADS ?? 1));
  } else {
    await import('@tensorflow/tfjs-backend-wasm');
    await setBackend('wasm');
  }
  await ready();
}

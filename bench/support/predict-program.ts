// Batches a second that a packed model predicts on tfjs' own wasm backend, without our kernels: `predict-program.ts <file> <batch>`.
import '@tensorflow/tfjs-backend-wasm';
import { randomUniform, setBackend, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '../../src/compression/load-layers-model.ts';
import { answerMeasurements } from './measuring-process.ts';

const [file, batch] = process.argv.slice(2);
await setBackend('wasm');
const { model, features } = await loadLayersModel(file);
const inputs = randomUniform([Number(batch), ...features.inputShape]);
const predict = () => tidy(() => void (model.predict(inputs) as Tensor).dataSync());
for (let i = 0; i < 20; i++) predict();

await answerMeasurements(async () => {
  const start = performance.now();
  let batches = 0;
  for (; performance.now() - start < 300; batches++) predict();
  return (1000 * batches) / (performance.now() - start);
});

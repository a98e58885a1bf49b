// Runs tfjs models with tfjs alone, nothing of ours: run-tfjs.mjs <folder>, with cases.json, a list of [folder, input, output].
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-wasm';
import { io, setBackend, tensor } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';

await setBackend('wasm');
const folder = process.argv[2];
for (const [name, input, output] of JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'))) {
  const json = JSON.parse(readFileSync(join(folder, name, 'model.json'), 'utf8'));
  const load = async (manifest) => {
    const bytes = manifest.flatMap(({ paths }) => paths).map((path) => readFileSync(join(folder, name, path)));
    return [manifest.flatMap(({ weights }) => weights), new Uint8Array(Buffer.concat(bytes)).buffer];
  };
  const model = await loadLayersModel({ load: () => io.getModelArtifactsForJSON(json, load) });
  const values = new Float32Array(new Uint8Array(readFileSync(join(folder, input))).buffer);
  const size = model.inputs[0].shape.slice(1).reduce((a, b) => a * b, 1);
  writeFileSync(join(folder, output), model.predict(tensor(values, [values.length / size, ...model.inputs[0].shape.slice(1)])).dataSync());
}

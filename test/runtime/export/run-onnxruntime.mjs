// Runs ONNX models with a package from npm: run-onnxruntime.mjs <folder> <package>; in the folder cases.json, a list of [model, input, output].
// DL_ONNXRUNTIME names the folder in which the packages are installed.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, name] = process.argv.slice(2);
const { InferenceSession, Tensor, env } = createRequire(join(process.env.DL_ONNXRUNTIME, 'package.json'))(name);
if (name === 'onnxruntime-web') env.wasm.numThreads = 1;
for (const [model, input, output] of JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'))) {
  const session = await InferenceSession.create(new Uint8Array(readFileSync(join(folder, model))), { logSeverityLevel: 3 });
  const values = new Float32Array(new Uint8Array(readFileSync(join(folder, input))).buffer);
  const shape = session.inputMetadata[0].shape.slice(1);
  const size = shape.reduce((a, b) => a * b, 1);
  const result = await session.run({ input: new Tensor('float32', values, [values.length / size, ...shape]) });
  writeFileSync(join(folder, output), result.output.data);
}
process.exit(0); // worker threads of the wasm build would keep the process

import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ModelName } from './build-model.ts';
import type { EngineName } from './inference-engines.ts';

/** How many times as fast as the dense model on each peer a compressed one has to be for a single sample. */
const targets: Partial<Record<ModelName, Partial<Record<EngineName, number>>>> = {
  lenet5: { 'onnxruntime-node': 1.5 },
  'lenet-300-100': { 'onnxruntime-node': 1.5 },
  'vgg-small': { 'onnxruntime-node': 1, 'onnxruntime-web': 5, 'tfjs-node': 5 },
};

/** Where the packed file of a compressed model is kept for the benchmarks of the engine; its folder is there. */
export function compressedModelPath(name: ModelName): string {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dl-project-bench', 'compressed');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.safetensors`);
}

/**
 * The packed file of a model that was compressed within the loss that is allowed: the rows of the suite `papers` put it there. Undefined, with a word of it, where it is not there; undefined too for models without a target.
 */
export function findCompressedModel(name: ModelName) {
  const target = targets[name];
  if (!target) return undefined;
  const file = compressedModelPath(name);
  if (existsSync(file)) return { title: `${name}, compressed`, ours: file, targets: target };
  console.log(`  There is no compressed ${name} (${file}): its rows are left out.`);
  return undefined;
}

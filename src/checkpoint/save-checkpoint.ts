import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { topologyWithoutFreezing } from '../layers/freeze.ts';
import { float32Tensor, type SafetensorsTensor, writeSafetensors } from '../packed/safetensors.ts';
import {
  bestPrefix,
  type CheckpointContent,
  checkpointDigest,
  checkpointFormat,
  checkpointVersion,
  optimizerPrefix,
  statePrefix,
} from './checkpoint.ts';
import { readWeights } from './model-weights.ts';
import type { SavedTraining } from './saved-training.ts';
import { stateToJson } from './state-json.ts';
import { writeBytesAtomically } from './write-bytes-atomically.ts';

/**
 * Saves a model with what its training knew, as a safetensors file: each weight as an F32 tensor under its name (`conv1/kernel`),
 * the optimizer's slots as `optimizer:<slot>/<weight>`, the best epoch's weights as `best:<weight>`, the rest as JSON in the metadata.
 * Equal content gives equal bytes.
 * A crash leaves the old file or the new one, never half of one.
 */
export async function saveCheckpoint(path: string, content: CheckpointContent): Promise<void> {
  const { model, features, epoch, logs, optimizerState, training } = content;
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, { values, shape }] of await readWeights(model)) tensors.set(name, float32Tensor(values, shape));
  for (const [name, values] of Object.entries(optimizerState?.slots ?? {})) tensors.set(optimizerPrefix + name, float32Tensor(values));
  const metadata: Record<string, string> = {
    format: checkpointFormat,
    version: checkpointVersion,
    topology: topologyWithoutFreezing(model),
    features: JSON.stringify(features),
    epoch: JSON.stringify(epoch),
    // JSON has no NaN and no infinity: numbers are kept as words.
    logs: JSON.stringify(Object.fromEntries(Object.entries(logs).map(([key, value]) => [key, String(value)]))),
    ...(optimizerState && { optimizerStep: JSON.stringify(optimizerState.step) }),
    ...(training && { training: JSON.stringify(addTraining(training, tensors)) }),
  };
  const bytes = writeSafetensors({ tensors, metadata: { ...metadata, sha256: checkpointDigest({ tensors, metadata }) } });
  await mkdir(dirname(path), { recursive: true });
  await writeBytesAtomically(path, bytes);
}

/** @returns what of it is JSON; what is not goes to the tensors */
function addTraining({ best, ...training }: SavedTraining, tensors: Map<string, SafetensorsTensor>): unknown {
  for (const [name, { values, shape }] of best ?? []) tensors.set(bestPrefix + name, float32Tensor(values, shape));
  const arrays = new Map<string, Float32Array>();
  const json = stateToJson(training, arrays, 'training');
  for (const [name, values] of arrays) tensors.set(statePrefix + name, float32Tensor(values));
  return json;
}

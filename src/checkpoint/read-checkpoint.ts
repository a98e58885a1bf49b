import { readFile } from 'node:fs/promises';
import { DlError } from '../core/errors.ts';
import type { Features } from '../data/features.ts';
import type { OptimizerState } from '../optimizers/optimizer.ts';
import type { NamedWeight } from '../packed/model-file.ts';
import { float32Values, readSafetensors, type SafetensorsFile } from '../packed/safetensors.ts';
import { parseUntrustedJson } from '../packed/untrusted-json.ts';
import {
  bestPrefix,
  checkpointDigest,
  checkpointFormat,
  checkpointVersion,
  optimizerPrefix,
  type StoredCheckpoint,
  statePrefix,
} from './checkpoint.ts';
import type { SavedTraining } from './saved-training.ts';
import { stateFromJson } from './state-json.ts';

/**
 * Reads a checkpoint without making a model of it.
 *
 * @throws DlError `missing` where there is no file; `file` for one that is damaged, cut off or of another kind
 */
export async function readCheckpoint(path: string): Promise<StoredCheckpoint> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new DlError('missing', `There is no checkpoint ${path}.`, { cause });
    throw new DlError('file', `The checkpoint ${path} cannot be read: ${cause.message}.`, { cause });
  });
  return parseCheckpoint(bytes, path);
}

/**
 * The second half of `readCheckpoint`.
 * @param shownPath for the message of an error
 */
export function parseCheckpoint(bytes: Uint8Array, shownPath: string): StoredCheckpoint {
  try {
    return parse(readSafetensors(bytes));
  } catch (cause) {
    if (!(cause instanceof DlError)) throw cause;
    throw new DlError('file', `${shownPath} cannot be used. ${cause.message}`, { cause });
  }
}

function parse(file: SafetensorsFile): StoredCheckpoint {
  const { tensors, metadata } = file;
  if (metadata.format !== checkpointFormat) {
    throw new DlError(
      'file',
      `It is no checkpoint: "format" in its metadata is ${JSON.stringify(metadata.format)}, not "${checkpointFormat}".`,
    );
  }
  if (metadata.version !== checkpointVersion) {
    throw new DlError(
      'file',
      `It has version ${metadata.version}; this release of dl-project reads ${checkpointVersion}. Update dl-project.`,
    );
  }
  if (metadata.sha256 !== checkpointDigest(file)) throw new DlError('file', 'It is damaged: the contents do not match their sha256.');
  const weights = new Map<string, NamedWeight>();
  const best = new Map<string, NamedWeight>();
  const states = new Map<string, Float32Array>();
  const slots: Record<string, Float32Array> = {};
  for (const [name, tensor] of tensors) {
    const values = float32Values(tensor);
    if (name.startsWith(optimizerPrefix)) slots[name.slice(optimizerPrefix.length)] = values;
    else if (name.startsWith(bestPrefix)) best.set(name.slice(bestPrefix.length), { shape: tensor.shape, values });
    else if (name.startsWith(statePrefix)) states.set(name.slice(statePrefix.length), values);
    else weights.set(name, { shape: tensor.shape, values });
  }
  const logs = Object.entries(json(metadata, 'logs') as Record<string, string>).map(([key, value]) => [key, Number(value)]);
  return {
    topology: json(metadata, 'topology'),
    features: json(metadata, 'features') as Features,
    epoch: json(metadata, 'epoch') as number,
    logs: Object.fromEntries(logs),
    weights,
    ...(metadata.optimizerStep !== undefined && {
      optimizerState: { step: json(metadata, 'optimizerStep') as number, slots } satisfies OptimizerState,
    }),
    ...(metadata.training !== undefined && {
      training: { ...(stateFromJson(json(metadata, 'training'), states) as SavedTraining), best: best.size > 0 ? best : undefined },
    }),
  };
}

function json(metadata: SafetensorsFile['metadata'], key: string): unknown {
  const text = metadata[key];
  if (text === undefined) throw new DlError('file', `It is damaged: ${JSON.stringify(key)} is missing in its metadata.`);
  return parseUntrustedJson(text, `${JSON.stringify(key)} in its metadata`);
}

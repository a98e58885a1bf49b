import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadCheckpoint } from '../../src/checkpoint/load-checkpoint.ts';
import { saveCheckpoint } from '../../src/checkpoint/save-checkpoint.ts';
import type { CompressionResult } from '../../src/compression/compression-result.ts';
import type { DenseNet } from './paper-row.ts';

const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'dl-project-bench', 'papers');

/** Where a net is kept that was made with these settings. */
export function cachePath(name: string, settings: object, seed: number): string {
  return join(cacheFolder, `${name}-${JSON.stringify(settings).replace(/\W+/g, '-')}-${seed}.safetensors`);
}

/** A net made from a dense one. */
export interface CompressedNet extends DenseNet {
  readonly dense: DenseNet;
}

/** What is made of a dense net once and kept: what is judged on validation data first and on the test set later is the same net. */
export async function keptNet(path: string, dense: DenseNet, make: () => Promise<CompressionResult>): Promise<CompressedNet> {
  if (!existsSync(path)) {
    const { model, rows } = await make();
    const { value } = rows[rows.length - 1];
    await saveCheckpoint(path, { model, features: dense.features, epoch: 0, logs: { val_accuracy: value } });
    model.dispose();
  }
  const { model } = await loadCheckpoint(path);
  return { ...dense, model, dense };
}

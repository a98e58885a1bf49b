import { existsSync } from 'node:fs';
import { loadCheckpoint } from '../../src/checkpoint/load-checkpoint.ts';
import { saveCheckpoint } from '../../src/checkpoint/save-checkpoint.ts';
import { fineTune, pipeline, polynomialDecay, pruneWeights } from '../../src/compression/index.ts';
import { cachePath } from './dense-nets.ts';
import type { DenseNet, Tools } from './paper-row.ts';

/** How a net is pruned: chosen by validation alone. */
export interface PruningSettings {
  /** The share of each layer's weights that stays. */
  readonly keep: Readonly<Record<string, number>>;
  readonly epochs: number;
  readonly optimizer: { readonly name: string; readonly learningRate: number; readonly weightDecay?: number };
}

export const pruningSettings = {
  'lenet-300-100': {
    keep: { dense1: 0.0482, dense2: 0.055, dense3: 0.3 },
    epochs: 60,
    optimizer: { name: 'adamw', learningRate: 2e-3, weightDecay: 0.3 },
  },
  lenet5: {
    keep: { conv1: 0.8, conv2: 0.2, dense1: 0.0365, dense2: 0.25 },
    epochs: 40,
    optimizer: { name: 'adamw', learningRate: 1e-3, weightDecay: 0.3 },
  },
} as const satisfies Record<string, PruningSettings>;

/** A net of which most weights are 0, and the dense one it was. */
export interface PrunedNet extends DenseNet {
  readonly dense: DenseNet;
}

/**
 * Prunes the dense net of a seed, much at first, while it trains on at a rate that falls along a cosine (Zhu and Gupta, 2017), by the
 * gradients of that training (Theis et al., 2018).
 * Done once and kept, as both rows on a net begin with it.
 */
export async function prunedNet(name: keyof typeof pruningSettings, seed: number, tools: Tools): Promise<PrunedNet> {
  const settings: PruningSettings = pruningSettings[name];
  const dense = await tools.dense(name);
  const path = cachePath(`${name}-pruned`, settings, seed);
  if (!existsSync(path)) {
    const { keep, epochs, optimizer } = settings;
    const schedule = polynomialDecay({ endStep: Math.floor(0.6 * epochs * dense.data.train.steps) });
    const recipe = pipeline([pruneWeights({ keep, importance: 'fisher', schedule }), fineTune({ epochs, learningRateSchedule: 'cosine' })]);
    const { model, rows } = await tools.compress({ ...dense, training: { ...dense.training, optimizer } }, recipe);
    await saveCheckpoint(path, { model, features: dense.features, epoch: epochs, logs: { val_accuracy: rows[2].value } });
    model.dispose();
  }
  const { model } = await loadCheckpoint(path);
  return { ...dense, model, dense };
}

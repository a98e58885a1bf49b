import { fineTune, pipeline, polynomialDecay, pruneWeights } from '../../src/compression/index.ts';
import { type CompressedNet, cachePath, keptNet } from './kept-net.ts';
import type { Tools } from './paper-row.ts';

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

/**
 * Prunes the dense net of a seed, much at first, while it trains on at a rate that falls along a cosine (Zhu and Gupta, 2017), by the
 * gradients of that training (Theis et al., 2018).
 * Done once and kept, as both rows on a net begin with it.
 */
export async function prunedNet(name: keyof typeof pruningSettings, seed: number, tools: Tools): Promise<CompressedNet> {
  const settings: PruningSettings = pruningSettings[name];
  const { keep, epochs, optimizer } = settings;
  const dense = await tools.dense(name);
  return keptNet(cachePath(`${name}-pruned`, settings, seed), dense, () => {
    const schedule = polynomialDecay({ endStep: Math.floor(0.6 * epochs * dense.data.train.steps) });
    const recipe = pipeline([pruneWeights({ keep, importance: 'fisher', schedule }), fineTune({ epochs, learningRateSchedule: 'cosine' })]);
    return tools.compress({ ...dense, training: { ...dense.training, optimizer } }, recipe);
  });
}

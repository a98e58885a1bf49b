import { writeFileSync } from 'node:fs';
import { packModel } from '../../src/compression/pack-model.ts';
import { prunableWeights } from '../../src/compression/weight-pruning/prunable-weights.ts';
import { compressedModelPath } from '../support/compressed-models.ts';
import type { DenseNet, PaperRow } from './paper-row.ts';
import { prunedNet, type pruningSettings } from './pruned-nets.ts';

/** Fewer weights at no loss: the dense net, pruned while it trains on. */
export function pruningRow(
  net: keyof typeof pruningSettings,
  row: Pick<PaperRow, 'paper' | 'paperLayers' | 'triedOnValidation'>,
): PaperRow {
  return {
    name: `pruning-${net}`,
    ...row,
    targets: [
      { figure: 'weights, x fewer', atLeast: 20 },
      { figure: 'error, points above dense', atMost: 0.05 },
    ],
    async measure(tools, seed) {
      const pruned = await prunedNet(net, seed, tools);
      const [denseError, error] = [await tools.error(pruned.dense), await tools.error(pruned)];
      const layers = countWeights(pruned);
      const sumOf = (key: 'weights' | 'kept') => layers.reduce((sum, layer) => sum + layer[key], 0);
      if (seed === 0) writeFileSync(compressedModelPath(net), await packModel(pruned.model, { features: pruned.features }));
      pruned.model.dispose();
      return {
        'weights, x fewer': sumOf('weights') / sumOf('kept'),
        'dense error, %': denseError,
        'error, %': error,
        'error, points above dense': error - denseError,
        ...Object.fromEntries(layers.map(({ layer, weights, kept }) => [`${layer}, % kept`, (100 * kept) / weights])),
      };
    },
  };
}

function countWeights({ model }: Pick<DenseNet, 'model'>) {
  return prunableWeights(model).map(({ layer, size, variable }) => ({
    layer,
    weights: size,
    kept: (variable.dataSync() as Float32Array).reduce((count, value) => count + (value === 0 ? 0 : 1), 0),
  }));
}

import { fineTune, huffmanCode, pipeline, pruneUnits, pruneWeights, shareWeights } from 'dl-project/compression';

/** Small and fast: half of the units go first, then the smallest of the weights that are left; those share values. */
export default pipeline([
  pruneUnits({ ratio: 0.5 }),
  fineTune({ epochs: 4 }),
  pruneWeights({ keep: 0.2, scope: 'global' }), // the share that stays
  fineTune({ epochs: 4 }), // pruned weights stay zero
  shareWeights({ bits: 5 }), // 32 values per layer
  fineTune({ epochs: 2 }),
  huffmanCode(),
]);

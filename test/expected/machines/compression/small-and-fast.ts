import { fineTune, pipeline, pruneUnits, pruneWeights } from 'dl-project/compression';

/** Small and fast: half of the units go first; of the weights that are left, 20 of 100 stay. */
export default pipeline([
  pruneUnits({ ratio: 0.5 }),
  fineTune({ epochs: 4 }),
  pruneWeights({ keep: 0.2, scope: 'global' }),
  fineTune({ epochs: 4 }), // pruned weights stay zero
]);

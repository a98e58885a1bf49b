import { fineTune, huffmanCode, pipeline, pruneWeights, shareWeights } from 'dl-project/compression';

/**
 * The smallest file: drop weak connections, let the rest share values, code them short (Han, Mao and Dally, 2016).
 * By layer instead, without `scope`: `keep: { 'dense*': 0.2, dense1: 0.08 }`.
 */
export default pipeline([
  pruneWeights({ keep: 0.25, scope: 'global' }), // the share that stays
  fineTune({ epochs: 40 }), // pruned weights stay zero
  shareWeights({ bits: 6 }), // 64 values per layer
  fineTune({ epochs: 20 }), // moves the shared values together
  huffmanCode(), // the frequent ones get the short codes
]);

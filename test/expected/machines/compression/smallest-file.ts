import { fineTune, pipeline, pruneWeights } from 'dl-project/compression';

/**
 * The smallest file: of all weights only the largest stay (Han et al., 2015).
 * By layer instead, without `scope`: `keep: { 'dense*': 0.2, dense1: 0.08 }`.
 */
export default pipeline([
  pruneWeights({ keep: 0.25, scope: 'global' }), // the share that stays
  fineTune({ epochs: 40 }), // pruned weights stay zero
]);

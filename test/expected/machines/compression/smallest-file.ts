import { fineTune, pipeline, pruneWeights } from 'dl-project/compression';

/**
 * The smallest file: 8 of 100 weights stay, the largest ones of all layers (Han et al., 2015).
 * By layer instead: `keep: { conv1: 0.66, 'dense*': 0.08 }`, without `scope`.
 */
export default pipeline([
  pruneWeights({ keep: 0.08, scope: 'global' }),
  fineTune({ epochs: 4 }), // pruned weights stay zero
]);

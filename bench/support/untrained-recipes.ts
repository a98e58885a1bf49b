import {
  binarize,
  factorize,
  huffmanCode,
  pipeline,
  pruneUnits,
  pruneWeights,
  quantize,
  shareWeights,
  type Technique,
  ternarize,
} from '../../src/compression/index.ts';

/** The recipes that a project gets, without their training: what layers look like behind them does not depend on it. */
export const untrainedRecipes: Readonly<Record<string, Technique>> = {
  'deep-compression': pipeline([pruneWeights({ keep: 0.05, scope: 'global' }), shareWeights({ bits: 5 }), huffmanCode()]),
  'small-and-fast': pipeline([
    pruneUnits({ ratio: 0.5 }),
    pruneWeights({ keep: 0.1, scope: 'global' }),
    shareWeights({ bits: 5 }),
    huffmanCode(),
  ]),
  'half-sparse': pruneWeights({ keep: 0.5, scope: 'global' }),
  'third-sparse-blocks': pruneWeights({ keep: 0.35, blockSize: [1, 4] }),
  'fewer-units': pruneUnits({ ratio: 0.5 }),
  int8: quantize(),
  'int8-dynamic': quantize({ mode: 'dynamic' }),
  'low-rank': factorize({ rank: { macs: 0.5 } }),
  binary: binarize({ method: 'bwn' }),
  'binary-inputs': binarize({ method: 'xnor' }),
  ternary: ternarize(),
};

import type { ImportanceName } from '../importance/importances.ts';
import type { LayerFractions } from '../layer-fractions.ts';
import type { BlockSize } from './choose-weights.ts';
import type { SparsitySchedule } from './sparsity-schedule.ts';

/** How much is pruned - one of `keep`, `threshold` and `sparsityMByN` - and which weights. */
export interface PruneWeightsOptions {
  /** Share of the weights that stays, above 0 and at most 1: for all layers, or by layer name (`*` stands for any letters). */
  keep?: LayerFractions;
  /** Weights below `quality` standard deviations of their layer's weights go: for all layers, or by layer name (Han et al., 2015). */
  threshold?: { quality: LayerFractions };
  /** `[2, 4]`: 2 of every 4 neighbouring inputs of an output become 0. */
  sparsityMByN?: readonly [zeros: number, group: number];
  /** The layers that are pruned, `*` stands for any letters; the others stay whole. @default all */
  layers?: readonly string[];
  /** `layer`: each layer keeps its share. `global`: the layers compete, together they keep the share. @default 'layer' */
  scope?: 'layer' | 'global';
  /** What says how much a weight matters. `fisher` goes by the gradients while a schedule runs; `obd`, `obs` and `taylor` measure it on the training data. @default 'magnitude' */
  importance?: ImportanceName;
  /** `[4, 1]`: weights go in blocks of 4 neighbouring inputs of 1 output, those of the lowest mean score first. @default [1, 1] */
  blockSize?: BlockSize;
  /** When to prune while a later step trains: `constantSparsity()` or `polynomialDecay({ endStep })`. @default at once */
  schedule?: SparsitySchedule;
}

import { hyperbandPruner } from './hyperband-pruner.ts';
import { medianPruner } from './median-pruner.ts';
import type { Pruner } from './pruner.ts';
import { successiveHalvingPruner } from './successive-halving-pruner.ts';
import { wilcoxonPruner } from './wilcoxon-pruner.ts';

/** A pruner that needs nothing but the number of epochs of a training. */
export interface PrunerDefinition {
  readonly name: string;
  create(epochs: number): Pruner;
}

/**
 * The pruners that a study may name; a new one is its file and a line here. Their first decision comes after a third of the epochs, or a ninth for those
 * that look several times: earlier ones mislead where some settings learn slowly. Epochs are reported from 0 on.
 */
export const builtinPruners: readonly PrunerDefinition[] = [
  { name: 'median', create: (epochs) => medianPruner({ nWarmupSteps: Math.ceil(epochs / 3) }) },
  {
    name: 'successive-halving',
    create: (epochs) => successiveHalvingPruner({ minResource: Math.max(1, Math.floor(epochs / 9)), reductionFactor: 3 }),
  },
  { name: 'hyperband', create: (epochs) => hyperbandPruner({ maxResource: epochs }) },
  { name: 'wilcoxon', create: () => wilcoxonPruner() },
];

import { type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { Loss } from './loss.ts';
import { type LossFormula, meanLoss } from './mean-loss.ts';
import { targetsLike } from './targets-like.ts';

/** The same loss from what goes into a final activation. */
interface FromLogits {
  readonly activation: 'softmax' | 'sigmoid';
  readonly formula: LossFormula;
}

interface LossExtras extends Pick<Loss, 'units'> {
  readonly fromLogits?: FromLogits;
  /** Changes targets `[batch, outputs]` before they are used: label smoothing. */
  prepare?(targets: Tensor2D): Tensor2D;
}

/**
 * A loss made of its formula.
 */
export function lossOf(name: string, formula: LossFormula, { fromLogits, prepare = (targets) => targets, units }: LossExtras = {}): Loss {
  const using = (used: LossFormula) => (targets: Tensor, predictions: Tensor) =>
    tidy(() => meanLoss(used, prepare(targetsLike(targets, predictions)), predictions as Tensor2D));
  return {
    name,
    compute: using(formula),
    ...(units && { units }),
    ...(fromLogits && { logitsActivation: fromLogits.activation, computeFromLogits: using(fromLogits.formula) }),
  };
}

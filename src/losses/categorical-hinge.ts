import {
  add,
  argMax,
  cast,
  expandDims,
  greater,
  max,
  mean,
  mul,
  oneHot,
  relu,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

const formula: LossFormula = {
  value: (targets, scores) => mean(relu(gap(targets, scores))),
  derivative(targets, scores) {
    const others = sub(1, targets);
    const rival = mul(cast(oneHot(argMax(mul(others, scores), 1), scores.shape[1]), 'float32'), others);
    return mul(sub(rival, targets), expandDims(cast(greater(gap(targets, scores), 0), 'float32'), 1));
  },
  count: (scores) => scores.shape[0],
};

/**
 * What the score of the right class lacks to be 1 above the highest other one, mean over the samples. For a model that ends without an
 * activation. Scores of other classes count from 0 on, as in Keras. Targets: class numbers `[batch]` or rows with a 1 `[batch, classes]`.
 */
export const categoricalHinge = defineLoss({
  name: 'categoricalHinge',
  defaults: {},
  create: () => lossOf('categoricalHinge', formula),
});

/** Highest other score less the right one, plus 1, `[batch]`. */
function gap(targets: Tensor2D, scores: Tensor2D): Tensor {
  return add(sub(max(mul(sub(1, targets), scores), 1), sum(mul(targets, scores), 1)), 1);
}

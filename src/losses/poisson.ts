import { add, div, log, mean, mul, sub } from '@tensorflow/tfjs-core';
import { defineLoss } from './loss.ts';
import { lossOf } from './loss-of.ts';
import type { LossFormula } from './mean-loss.ts';

/** Keeps the logarithm finite, as in Keras. */
const epsilon = 1e-7;

const formula: LossFormula = {
  value: (counts, rates) => mean(sub(rates, mul(counts, log(add(rates, epsilon))))),
  derivative: (counts, rates) => sub(1, div(counts, add(rates, epsilon))),
  count: (rates) => rates.size,
};

/**
 * How improbable the counted targets are if the outputs are their rates: output - target * log(output), mean over all outputs.
 * Outputs must be above 0: end the model in `softplus` or `exponential`. Refused for data that standardises its targets.
 */
export const poisson = defineLoss({
  name: 'poisson',
  defaults: {},
  create: () => lossOf('poisson', formula, { units: 'unscaled' }),
});

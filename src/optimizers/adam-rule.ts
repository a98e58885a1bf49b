import { add, div, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { adamStep } from '../backend/wasm/optimizer-steps.ts';
import type { StepContext, UpdateRule } from './slot-optimizer.ts';

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Adam's step (Kingma and Ba, 2015, the faster order of section 2, as in Keras) behind a decay of the weights, which may be 0. */
export function adamRule(name: string, { beta1, beta2, epsilon }: AdamOptions, weightDecay: number): UpdateRule<'momentum' | 'velocity'> {
  const rateAt = ({ learningRate, step }: StepContext) => (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  const decayAt = ({ learningRate }: StepContext) => 1 - learningRate * weightDecay;
  return {
    name,
    slots: ['momentum', 'velocity'],
    update(weight, gradient, slots, at) {
      const momentum = mix(slots.momentum, gradient, beta1);
      const velocity = mix(slots.velocity, square(gradient), beta2);
      const decayed = weightDecay === 0 ? weight : mul(weight, decayAt(at));
      const step = div(mul(momentum, rateAt(at)), add(sqrt(velocity), epsilon));
      return { weight: sub(decayed, step), slots: { momentum, velocity } };
    },
    updateInPlace: (weight, gradient, { momentum, velocity }, at) =>
      adamStep(weight, gradient, momentum, velocity, { rate: rateAt(at), beta1, beta2, epsilon, decay: decayAt(at) }),
  };
}

/** The running mean `decay * mean + (1 - decay) * value`. */
function mix(mean: Tensor, value: Tensor, decay: number): Tensor {
  return add(mul(mean, decay), mul(value, 1 - decay));
}

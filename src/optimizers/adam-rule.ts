import { add, div, maximum, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { adamStep } from '../backend/wasm/optimizer-steps.ts';
import { runningMean } from './running-mean.ts';
import type { StepContext, UpdateRule } from './update-rule.ts';

export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
}

type AdamSlot = 'momentum' | 'velocity' | 'largestVelocity';

/** Adam's step (Kingma and Ba, 2015, the faster order of section 2, as in Keras). */
export function adamRule({ beta1, beta2, epsilon, amsgrad }: AdamOptions): UpdateRule<AdamSlot> {
  const rateAt = ({ learningRate, step }: StepContext) => (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
  return {
    slots: amsgrad ? ['momentum', 'velocity', 'largestVelocity'] : ['momentum', 'velocity'],
    update(weight, gradient, slots, at) {
      const momentum = runningMean(slots.momentum, gradient, beta1);
      const velocity = runningMean(slots.velocity, square(gradient), beta2);
      const largestVelocity = amsgrad ? maximum(slots.largestVelocity, velocity) : velocity;
      const step = div(mul(momentum, rateAt(at)), add(sqrt(largestVelocity), epsilon));
      return { weight: sub(weight, step), slots: { momentum, velocity, largestVelocity } };
    },
    updateInPlace: (weight, gradient, { momentum, velocity }, at) =>
      !amsgrad && adamStep(weight, gradient, momentum, velocity, { rate: rateAt(at), beta1, beta2, epsilon, decay: at.decay }),
  };
}

import { add, mul, type Tensor2D } from '@tensorflow/tfjs-core';

/** Takes `share` of each target `[batch, classes]` and spreads it evenly over all classes (Szegedy et al., 2016). */
export function smoothClasses(share: number): (targets: Tensor2D) => Tensor2D {
  if (share === 0) return (targets) => targets;
  return (targets) => add(mul(targets, 1 - share), share / targets.shape[1]);
}

/** The same for independent yes/no targets: each is moved towards one half. */
export function smoothAnswers(share: number): (targets: Tensor2D) => Tensor2D {
  if (share === 0) return (targets) => targets;
  return (targets) => add(mul(targets, 1 - share), share / 2);
}

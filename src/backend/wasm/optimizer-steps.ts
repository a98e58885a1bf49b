import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { mul, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { AdamStepOptions } from '../../kernels/index.ts';
import { addressOf, areFloats } from './kernel-call.ts';
import { currentKernels } from './register-wasm-kernels.ts';

/**
 * One step of Adam in one pass, in place: `variable`, `mean` and `variance` are changed.
 * @returns false where nothing was done, because the backend is another or our kernels are not there: do it with tfjs operations then
 */
export function adamStep(variable: Variable, gradient: Tensor, mean: Variable, variance: Variable, options: AdamStepOptions): boolean {
  const current = currentKernels();
  if (!current || !areFloats(variable, gradient, mean, variance)) return false;
  const { kernels, backend } = current;
  for (const changed of [variable, mean, variance]) unshare(backend, changed);
  kernels.adamStep({
    count: variable.size,
    weights: addressOf(backend, variable),
    gradient: addressOf(backend, gradient),
    mean: addressOf(backend, mean),
    variance: addressOf(backend, variance),
    ...options,
  });
  return true;
}

/** How far and with how much momentum; `nesterov` looks ahead. */
export interface MomentumStepOptions {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
}

/**
 * One step of gradient descent with momentum in place: velocity = momentum * velocity + gradient, weights -= learningRate * velocity.
 * @returns false where nothing was done
 */
export function sgdMomentumStep(variable: Variable, gradient: Tensor, velocity: Variable, options: MomentumStepOptions): boolean {
  const current = currentKernels();
  if (!current || !areFloats(variable, gradient, velocity)) return false;
  const { kernels, backend } = current;
  for (const changed of [variable, velocity]) unshare(backend, changed);
  kernels.momentumStep({
    count: variable.size,
    weights: addressOf(backend, variable),
    gradient: addressOf(backend, gradient),
    velocity: addressOf(backend, velocity),
    ...options,
  });
  return true;
}

/**
 * One step of plain gradient descent in place.
 * @returns false where nothing was done
 */
export function sgdStep(variable: Variable, gradient: Tensor, learningRate: number): boolean {
  const current = currentKernels();
  if (!current || !areFloats(variable, gradient)) return false;
  const { kernels, backend } = current;
  unshare(backend, variable);
  kernels.gradientStep({
    count: variable.size,
    weights: addressOf(backend, variable),
    gradient: addressOf(backend, gradient),
    learningRate,
  });
  return true;
}

/** A clone of a variable (a snapshot of the best weights) shares its memory: it must not change with it. */
function unshare(backend: BackendWasm, variable: Variable): void {
  if (backend.refCount(variable.dataId) > 1) tidy(() => variable.assign(mul(variable, 1)));
}

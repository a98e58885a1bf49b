import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { mul, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { AdamStepOptions } from '../../kernels/index.ts';
import { addressOf, areFloats } from './kernel-call.ts';
import { currentKernels } from './register-wasm-kernels.ts';

/**
 * One step of Adam in one pass, in place: `variable`, `momentum` and `velocity` are changed. The bits are those of the same formula in
 * tfjs operations: `variable * decay - momentum * rate / (sqrt(velocity) + epsilon)`.
 * @param momentum running mean of the gradient, of the variable's shape; zeros at first
 * @param velocity running mean of the squared gradient
 * @returns false where nothing was done, because the backend is another, our kernels are not there, or a slot shares its values with
 * another tensor: do it with tfjs operations then
 */
export function adamStep(variable: Variable, gradient: Tensor, momentum: Tensor, velocity: Tensor, options: AdamStepOptions): boolean {
  const current = prepare(variable, gradient, momentum, velocity);
  if (!current) return false;
  const { kernels, backend } = current;
  kernels.adamStep({
    count: variable.size,
    weights: addressOf(backend, variable),
    gradient: addressOf(backend, gradient),
    momentum: addressOf(backend, momentum),
    velocity: addressOf(backend, velocity),
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
 * One step of gradient descent with momentum in place, Keras' formula: `velocity = velocity * momentum - gradient * learningRate`,
 * `variable += velocity`.
 * @returns false where nothing was done, see `adamStep`
 */
export function sgdMomentumStep(variable: Variable, gradient: Tensor, velocity: Tensor, options: MomentumStepOptions): boolean {
  const current = prepare(variable, gradient, velocity);
  if (!current) return false;
  const { kernels, backend } = current;
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
 * @returns false where nothing was done, see `adamStep`
 */
export function sgdStep(variable: Variable, gradient: Tensor, learningRate: number): boolean {
  const current = prepare(variable, gradient);
  if (!current) return false;
  const { kernels, backend } = current;
  kernels.gradientStep({
    count: variable.size,
    weights: addressOf(backend, variable),
    gradient: addressOf(backend, gradient),
    learningRate,
  });
  return true;
}

/** The kernels, where everything that a step changes may be changed in place. */
function prepare(variable: Variable, gradient: Tensor, ...slots: Tensor[]): ReturnType<typeof currentKernels> {
  const current = currentKernels();
  if (!current || !areFloats(variable, gradient, ...slots)) return undefined;
  const { backend } = current;
  if (slots.some((slot) => backend.refCount(slot.dataId) > 1)) return undefined;
  // A clone of a variable (a snapshot of the best weights) shares its memory: it must not change with it.
  if (backend.refCount(variable.dataId) > 1) tidy(() => variable.assign(mul(variable, 1)));
  forgetPackedCopies(backend, variable);
  return current;
}

/** tfjs' own depthwise convolutions and prelu keep a packed copy of their weights while the tensor lives, and would go on with it. */
function forgetPackedCopies(backend: BackendWasm, variable: Variable): void {
  const { id, memoryOffset } = backend.dataIdMap.get(variable.dataId);
  const { tfjs } = backend.wasm;
  tfjs.disposeData(id);
  tfjs.registerTensor(id, variable.size, memoryOffset);
}

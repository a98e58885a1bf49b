import { cast, oneHot, reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { DlError } from '../core/errors.ts';

/**
 * Targets in the shape of the predictions `[batch, outputs]`, float32: class numbers `[batch]` become rows with a 1 at the class.
 * @throws DlError `shape` for another number of samples or outputs
 */
export function targetsLike(targets: Tensor, predictions: Tensor): Tensor2D {
  const [batch, outputs] = predictions.shape;
  const isClassNumbers = targets.dtype === 'int32' && targets.rank === 1 && outputs > 1;
  if (predictions.rank !== 2 || targets.shape[0] !== batch || (!isClassNumbers && targets.size !== predictions.size)) {
    throw new DlError(
      'shape',
      `The loss got targets of shape [${targets.shape}] and predictions of shape [${predictions.shape}]; ` +
        'allowed are predictions [batch, outputs] with targets of the same shape, or with class numbers [batch].',
    );
  }
  if (isClassNumbers) return cast(oneHot(targets, outputs), 'float32') as Tensor2D;
  return reshape(cast(targets, 'float32'), [batch, outputs]);
}

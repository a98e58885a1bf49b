import {
  add,
  clipByValue,
  div,
  maximum,
  mul,
  type NamedTensorMap,
  type Scalar,
  scalar,
  sqrt,
  square,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { StepSettings } from '../config/step-settings.ts';
import { DlError } from '../core/errors.ts';

type ClipSettings = Pick<StepSettings, 'clipNorm' | 'globalClipNorm' | 'clipValue'>;

/**
 * How gradients are clipped (Pascanu et al., 2013), by Keras' formulas; undefined for not at all. To be called inside a tidy.
 * @throws DlError `config` for more than one way
 */
export function gradientClipping(settings: ClipSettings): ((gradients: NamedTensorMap) => NamedTensorMap) | undefined {
  const ways = (['clipNorm', 'globalClipNorm', 'clipValue'] as const).filter((way) => settings[way] > 0);
  if (ways.length > 1) {
    throw new DlError('config', `training.optimizer has both ${ways.join(' and ')}; gradients are clipped in one way. Set the other to 0.`);
  }
  const { clipNorm, globalClipNorm, clipValue } = settings;
  if (clipNorm > 0) return (gradients) => mapTensors(gradients, (gradient) => shorten(gradient, sumOfSquares(gradient), clipNorm));
  if (clipValue > 0) return (gradients) => mapTensors(gradients, (gradient) => clipByValue(gradient, -clipValue, clipValue));
  if (globalClipNorm === 0) return undefined;
  return (gradients) => {
    const total = Object.values(gradients).reduce<Scalar>((squares, gradient) => add(squares, sumOfSquares(gradient)), scalar(0));
    return mapTensors(gradients, (gradient) => shorten(gradient, total, globalClipNorm));
  };
}

/** A gradient scaled as if the vector of which `squares` is the squared length got at most `length` long. */
function shorten(gradient: Tensor, squares: Scalar, length: number): Tensor {
  return mul(gradient, div(length, maximum(sqrt(squares), length)));
}

function sumOfSquares(tensor: Tensor): Scalar {
  return sum(square(tensor));
}

function mapTensors(tensors: NamedTensorMap, change: (tensor: Tensor) => Tensor): NamedTensorMap {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor)]));
}

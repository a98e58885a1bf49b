import { type serialization, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { initializers } from '@tensorflow/tfjs-layers';
import { RandomStream } from '../core/random.ts';
import { orthogonal } from './orthogonal.ts';

type Initializer = ReturnType<typeof initializers.orthogonal>;
const TfOrthogonal = initializers.orthogonal({}).constructor as serialization.SerializableConstructor<Initializer>;

/**
 * Keras' `orthogonal`, in the place of tfjs' own: that one fails unless every operation is a method of tensors too, and takes seconds for
 * a dense layer of 500 units.
 */
export class OrthogonalInitializer extends TfOrthogonal {
  static override readonly className = 'Orthogonal';

  override apply(shape: number[]): Tensor {
    const { gain, seed } = this.getConfig() as { gain: number; seed?: number };
    return tensor(orthogonal(shape, gain, new RandomStream(seed ?? 0, 'orthogonal')), shape);
  }
}

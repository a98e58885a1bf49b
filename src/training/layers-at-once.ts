import type { Tensor } from '@tensorflow/tfjs-core';

/** Layers one behind the other that training can do in one. */
export interface LayersAtOnce {
  /** How many layers it takes the place of. */
  readonly length: number;
  /**
   * @param isData whether `x` was given rather than learnt: nobody asks for its gradient then
   * @returns undefined where the backend does not do it in one
   */
  run(x: Tensor, isData: boolean): Tensor | undefined;
}

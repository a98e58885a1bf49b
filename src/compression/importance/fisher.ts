import { add, keep, mul, type NamedTensorMap, square, type Tensor } from '@tensorflow/tfjs-core';
import type { GatheredImportance } from './importance.ts';

/** As Adam's for the same mean. */
const decay = 0.999;

/**
 * |w| times the root of the mean squared gradient: about how much the loss would change if the weight were 0 (Theis, Korshunova,
 * Tejani and Huszár, "Faster gaze prediction with dense networks and Fisher pruning", 2018). The gradients are those of the training that
 * goes on, so that it costs next to nothing; before the first of them it is |w|.
 */
export const fisher = {
  name: 'fisher',
  needs: 'gradients',
  scores: ({ kernels, squaredGradients }) =>
    new Map(
      kernels.map(({ name, variable }) => {
        const squares = squaredGradients.get(name)?.dataSync();
        return [name, (variable.dataSync() as Float32Array).map((value, i) => Math.abs(value) * (squares ? Math.sqrt(squares[i]) : 1))];
      }),
    ),
} as const satisfies GatheredImportance;

/** Takes the gradients of a step into the running means of their squares, by the name of the kernel. */
export function gatherSquares(squares: Map<string, Tensor>, gradients: NamedTensorMap): void {
  for (const [name, gradient] of Object.entries(gradients)) {
    if (!name.endsWith('/kernel')) continue;
    const before = squares.get(name);
    const now = mul(square(gradient), 1 - decay);
    squares.set(name, keep(before ? add(mul(before, decay), now) : now));
    before?.dispose();
  }
}

import { matrix } from '../../src/core/linear-algebra/matrix.ts';
import { solveSymmetric } from '../../src/core/linear-algebra/solve-symmetric.ts';
import type { Batch } from '../../src/data/dataset.ts';

/**
 * The net of monk-net.ts with its examples, in plain arrays: a training run takes milliseconds. Its weights lie in one array: those of
 * the hidden units, `[inputs, hidden]`, then those of the output, `[hidden + 1]`. A weight that is 0 stays 0.
 */
export class TanhNet {
  readonly size: number;
  readonly #hidden: number;
  readonly #inputs: readonly Float32Array[];
  readonly #targets: Batch['targets'];
  readonly #decay: number;

  /** @param decay times the sum of all squared weights is added to the mean squared error, as by the regularizer of monk-net.ts */
  constructor(hidden: number, { size, inputs, targets }: Batch, decay: number) {
    const width = inputs.length / size;
    this.#inputs = Array.from(targets, (_, i) => inputs.subarray(i * width, (i + 1) * width));
    this.#hidden = hidden;
    this.#targets = targets;
    this.#decay = decay;
    this.size = width * hidden + hidden + 1;
  }

  /** The output for each example, and its gradient with respect to all weights. */
  outputs(weights: Float64Array): { readonly outputs: Float64Array; readonly gradients: Float32Array[] } {
    const outputs = new Float64Array(this.#inputs.length);
    const gradients = this.#inputs.map((input, example) => {
      const gradient = new Float32Array(this.size);
      outputs[example] = this.#forward(input, weights, gradient);
      return gradient;
    });
    return { outputs, gradients };
  }

  #forward(input: Float32Array, weights: Float64Array, gradient: Float32Array): number {
    const hidden = this.#hidden;
    const last = this.size - 1 - hidden;
    let sum = weights[last + hidden];
    for (let unit = 0; unit < hidden; unit++) {
      let into = 0;
      for (let i = 0; i < input.length; i++) into += input[i] * weights[i * hidden + unit];
      gradient[last + unit] = Math.tanh(into);
      sum += weights[last + unit] * gradient[last + unit];
    }
    const output = Math.tanh(sum);
    const slope = 1 - output ** 2;
    for (let unit = 0; unit < hidden; unit++) {
      const back = slope * weights[last + unit] * (1 - gradient[last + unit] ** 2);
      for (let i = 0; i < input.length; i++) gradient[i * hidden + unit] = back * input[i];
      gradient[last + unit] *= slope;
    }
    gradient[last + hidden] = slope;
    return output;
  }

  /** Examples whose output has the sign of the target. */
  right(weights: Float64Array): number {
    return this.outputs(weights).outputs.filter((output, i) => output * this.#targets[i] > 0).length;
  }

  /** What training minimizes. */
  loss(weights: Float64Array, { outputs } = this.outputs(weights)): number {
    const errors = outputs.reduce((sum, output, i) => sum + (output - this.#targets[i]) ** 2, 0);
    return errors / outputs.length + this.#decay * weights.reduce((sum, weight) => sum + weight ** 2, 0);
  }

  /** Levenberg-Marquardt: at most so many steps, and until three in a row have gained less than a ten thousandth each. */
  train(start: Float64Array, steps: number): Float64Array {
    let [weights, at] = [start, this.outputs(start)];
    let loss = this.loss(start, at);
    let damping = 0.01;
    for (let [step, slow] = [0, 0]; step < steps && slow < 3; step++) {
      const move = this.#movesFrom(weights, at);
      let next = { weights, at, loss };
      for (; next.loss >= loss && damping < 1e6; damping *= 4) {
        const tried = move(damping);
        const there = this.outputs(tried);
        next = { weights: tried, at: there, loss: this.loss(tried, there) };
      }
      if (next.loss >= loss) break;
      slow = next.loss > loss * (1 - 1e-4) ? slow + 1 : 0;
      damping = Math.max(1e-9, damping / 16);
      ({ weights, at, loss } = next);
    }
    return weights;
  }

  /** Gauss-Newton steps from a place, by how much is added to the diagonal of the matrix. */
  #movesFrom(weights: Float64Array, { outputs, gradients }: ReturnType<TanhNet['outputs']>): (damping: number) => Float64Array {
    const free = Array.from(weights.keys()).filter((i) => weights[i] !== 0);
    const size = free.length;
    const lower = new Float64Array(size * size);
    const slopes = Float64Array.from(free, (i) => this.#decay * weights[i]);
    gradients.forEach((gradient, example) => {
      const error = (outputs[example] - this.#targets[example]) / gradients.length;
      const row = Float64Array.from(free, (i) => gradient[i]);
      for (let i = 0; i < size; i++) {
        slopes[i] += error * row[i];
        const factor = row[i] / gradients.length;
        if (factor !== 0) for (let j = 0; j <= i; j++) lower[i * size + j] += factor * row[j];
      }
    });
    return (damping) => {
      const damped = lower.slice();
      for (let i = 0; i < size; i++) damped[i * size + i] += this.#decay + damping;
      const { values } = solveSymmetric(matrix(size, size, damped), matrix(size, 1, slopes));
      const moved = weights.slice();
      free.forEach((i, position) => {
        moved[i] -= values[position];
      });
      return moved;
    };
  }
}

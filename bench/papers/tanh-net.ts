/** The numbers of a training set: rows of inputs, the last of which is always 1, and a target of 1 or -1 for each. */
export interface Examples {
  readonly inputs: readonly Float32Array[];
  readonly targets: Float32Array;
}

/** A net of one hidden layer and one output, tanh everywhere, in plain arrays: a training run takes milliseconds. */
export class TanhNet {
  /** Weights of the hidden units, input by input, then those of the output; the last belongs to the 1. */
  readonly size: number;
  readonly #hidden: number;
  readonly #examples: Examples;

  constructor(hidden: number, examples: Examples) {
    this.#hidden = hidden;
    this.#examples = examples;
    this.size = examples.inputs[0].length * hidden + hidden + 1;
  }

  /** Outputs for all examples, and their gradients with respect to the weights. */
  gradients(weights: Float64Array): { readonly outputs: Float64Array; readonly rows: Float32Array[] } {
    const { inputs } = this.#examples;
    const hidden = this.#hidden;
    const first = inputs[0].length * hidden;
    const outputs = new Float64Array(inputs.length);
    const rows = inputs.map((input, n) => {
      const row = new Float32Array(this.size);
      let sum = weights[first + hidden];
      const units = new Float64Array(hidden);
      for (let unit = 0; unit < hidden; unit++) {
        let into = 0;
        for (let i = 0; i < input.length; i++) if (input[i] !== 0) into += weights[i * hidden + unit];
        units[unit] = Math.tanh(into);
        sum += weights[first + unit] * units[unit];
      }
      const output = Math.tanh(sum);
      outputs[n] = output;
      const slope = 1 - output * output;
      for (let unit = 0; unit < hidden; unit++) {
        const back = slope * weights[first + unit] * (1 - units[unit] ** 2);
        for (let i = 0; i < input.length; i++) if (input[i] !== 0) row[i * hidden + unit] = back;
        row[first + unit] = slope * units[unit];
      }
      row[first + hidden] = slope;
      return row;
    });
    return { outputs, rows };
  }

  right(weights: Float64Array): number {
    const { targets } = this.#examples;
    return this.gradients(weights).outputs.filter((output, n) => output * targets[n] > 0).length;
  }

  loss(weights: Float64Array, decay: number): number {
    const { outputs } = this.gradients(weights);
    return this.#loss(outputs, weights, decay);
  }

  #loss(outputs: Float64Array, weights: Float64Array, decay: number): number {
    const { targets } = this.#examples;
    let sum = 0;
    for (let n = 0; n < outputs.length; n++) sum += (outputs[n] - targets[n]) ** 2;
    let squares = 0;
    for (const weight of weights) squares += weight * weight;
    return sum / outputs.length + decay * squares;
  }

  /** Levenberg-Marquardt on the weights that are not 0. */
  train(start: Float64Array, decay: number, steps: number): Float64Array {
    const { targets } = this.#examples;
    const count = targets.length;
    const free = Array.from(start.keys()).filter((i) => start[i] !== 0);
    const size = free.length;
    let weights = start;
    let { outputs, rows } = this.gradients(weights);
    let loss = this.#loss(outputs, weights, decay);
    let damping = 0.01;
    let slow = 0;
    for (let step = 0; step < steps && slow < 3; step++) {
      const matrix = new Float64Array(size * size);
      const gradient = new Float64Array(size);
      const row = new Float64Array(size);
      for (let n = 0; n < count; n++) {
        const error = outputs[n] - targets[n];
        for (let i = 0; i < size; i++) row[i] = rows[n][free[i]];
        for (let i = 0; i < size; i++) {
          if (row[i] === 0) continue;
          gradient[i] += (row[i] * error) / count;
          const value = row[i] / count;
          for (let j = 0; j <= i; j++) matrix[i * size + j] += value * row[j];
        }
      }
      for (let i = 0; i < size; i++) gradient[i] += decay * weights[free[i]];
      let better = false;
      while (!better && damping < 1e6) {
        const shift = solve(matrix, gradient, size, decay + damping);
        const tried = Float64Array.from(weights);
        for (let i = 0; i < size; i++) tried[free[i]] -= shift[i];
        const there = this.gradients(tried);
        const its = this.#loss(there.outputs, tried, decay);
        if (its < loss) {
          slow = its > loss * (1 - 1e-4) ? slow + 1 : 0;
          [weights, loss, better] = [tried, its, true];
          ({ outputs, rows } = there);
          damping = Math.max(1e-9, damping / 4);
        } else damping *= 4;
      }
      if (!better) break;
    }
    return weights;
  }
}

/** (matrix + shift I) x = right, by Cholesky; only the lower half of the matrix is read. */
function solve(matrix: Float64Array, right: Float64Array, size: number, shift: number): Float64Array {
  const lower = Float64Array.from(matrix);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = lower[i * size + j] + (i === j ? shift : 0);
      for (let k = 0; k < j; k++) sum -= lower[i * size + k] * lower[j * size + k];
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-30)) : sum / lower[j * size + j];
    }
  }
  const x = Float64Array.from(right);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i] -= lower[i * size + k] * x[k];
    x[i] /= lower[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] -= lower[k * size + i] * x[k];
    x[i] /= lower[i * size + i];
  }
  return x;
}

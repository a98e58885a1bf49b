/** Share of the mean of the diagonal that is added to it, so that there is an inverse where a weight changes nothing. */
const damping = 1e-6;

/**
 * The inverse of H = sum of g gᵀ over gradients g, built up gradient by gradient (Hassibi and Stork, 1993, equation 8), from which
 * weights are taken out one by one.
 */
export class InverseHessian {
  readonly #size: number;
  /** Row after row; rows and columns of weights that were taken out are 0. */
  readonly #values: Float64Array;

  /** @param gradients each of length `size` */
  constructor(size: number, gradients: readonly Float32Array[]) {
    this.#size = size;
    this.#values = new Float64Array(size * size);
    const squares = gradients.reduce((sum, gradient) => gradient.reduce((part, value) => part + value * value, sum), 0);
    const start = 1 / (damping * (squares / size || 1));
    for (let i = 0; i < size; i++) this.#values[i * size + i] = start;
    for (const gradient of gradients) {
      const column = this.#times(gradient);
      const scale = 1 + gradient.reduce((sum, value, i) => sum + value * column[i], 0);
      this.#subtractSquare(column, scale);
    }
  }

  /** What the loss rises by if this weight is removed and all others are moved for it: w^2 / (2 [H^-1]qq). */
  cost(q: number, value: number): number {
    return (value * value) / (2 * this.#values[q * this.#size + q]);
  }

  /** Makes a weight 0, moves the others so that the loss rises least, and leaves the inverse of the matrix without it. */
  remove(q: number, weights: Float64Array): void {
    const size = this.#size;
    const column = this.#values.slice(q * size, (q + 1) * size);
    const diagonal = column[q];
    const step = weights[q] / diagonal;
    for (let i = 0; i < size; i++) weights[i] -= step * column[i];
    weights[q] = 0;
    this.#subtractSquare(column, diagonal);
    for (let i = 0; i < size; i++) this.#values[q * size + i] = this.#values[i * size + q] = 0; // exactly, not up to rounding
  }

  #times(vector: Float32Array): Float64Array {
    const size = this.#size;
    const result = new Float64Array(size);
    for (let j = 0; j < size; j++) {
      if (vector[j] === 0) continue;
      const row = j * size; // symmetric: row j is column j
      for (let i = 0; i < size; i++) result[i] += vector[j] * this.#values[row + i];
    }
    return result;
  }

  /** this -= column columnᵀ / divisor */
  #subtractSquare(column: Float64Array, divisor: number): void {
    const size = this.#size;
    for (let i = 0; i < size; i++) {
      if (column[i] === 0) continue;
      const factor = column[i] / divisor;
      const row = i * size;
      for (let j = 0; j < size; j++) this.#values[row + j] -= factor * column[j];
    }
  }
}

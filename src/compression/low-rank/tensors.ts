import { type Matrix, matrix } from '../../core/linear-algebra/matrix.ts';

/**
 * A tensor as a matrix: the chosen axes make the rows, all others in their order the columns.
 * @param shape of the tensor, whose values lie row after row, the last axis fastest
 */
export function unfold(values: ArrayLike<number>, shape: readonly number[], rowAxes: readonly number[]): Matrix {
  const axes = [...rowAxes, ...Array.from(shape.keys()).filter((axis) => !rowAxes.includes(axis))];
  const rows = rowAxes.reduce((product, axis) => product * shape[axis], 1);
  return matrix(rows, values.length / rows, permute(values, shape, axes));
}

/** The values with the axes in another order. */
export function permute(values: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): Float64Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const result = new Float64Array(values.length);
  const position = axes.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from];
    for (let i = axes.length - 1; i >= 0; i--) {
      const axis = axes[i];
      from += strides[axis];
      if (++position[i] < shape[axis]) break;
      from -= shape[axis] * strides[axis];
      position[i] = 0;
    }
  }
  return result;
}

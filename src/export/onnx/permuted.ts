/** The values with their axes in another order. */
export function permuted(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  if (order.every((axis, i) => axis === i)) return values;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  const lengths = order.map((axis) => shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  const at = order.map(() => 0);
  const result = new Float32Array(values.length);
  for (let i = 0, from = 0; i < result.length; i++) {
    result[i] = values[from];
    for (let axis = order.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++at[axis] < lengths[axis]) break;
      from -= steps[axis] * lengths[axis];
      at[axis] = 0;
    }
  }
  return result;
}

/** What `Kernels.sumRows` computes. */
export function sumRows(columns: number, input: Float32Array): Float32Array {
  const sums = new Float64Array(columns);
  input.forEach((value, index) => {
    sums[index % columns] += value;
  });
  return Float32Array.from(sums);
}

/** What `Kernels.scaleRows` computes. */
export function scaleRows(columns: number, input: Float32Array, scale: Float32Array, shift: Float32Array): Float32Array {
  return input.map((value, index) => value * scale[index % columns] + shift[index % columns]);
}

/** What `Kernels.softmax` computes. */
export function softmax(columns: number, input: Float32Array): Float32Array {
  const result = new Float32Array(input.length);
  for (let start = 0; start < input.length; start += columns) {
    const row = input.subarray(start, start + columns);
    const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const powers = Array.from(row, (value) => Math.exp(value - largest));
    const sum = powers.reduce((a, b) => a + b, 0);
    powers.forEach((power, column) => {
      result[start + column] = power / sum;
    });
  }
  return result;
}

/** What `Kernels.segmentSum` computes. */
export function segmentSum(columns: number, segmentCount: number, input: Float32Array, segments: Int32Array): Float32Array {
  const sums = new Float64Array(segmentCount * columns);
  input.forEach((value, index) => {
    const segment = segments[Math.floor(index / columns)];
    if (segment >= 0 && segment < segmentCount) sums[segment * columns + (index % columns)] += value;
  });
  return Float32Array.from(sums);
}

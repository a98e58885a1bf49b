/** A matrix of numbers, row after row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Entry (i, j) is `values[i * columns + j]`. */
  readonly values: Float64Array;
}

/** A matrix of zeros, or of the given values. */
export function matrix(rows: number, columns: number, values: Float64Array = new Float64Array(rows * columns)): Matrix {
  return { rows, columns, values };
}

export function transpose({ rows, columns, values }: Matrix): Matrix {
  const result = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) result[j * rows + i] = values[i * columns + j];
  return matrix(columns, rows, result);
}

/** The product `[a.rows, b.columns]`. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const result = new Float64Array(a.rows * b.columns);
  for (let i = 0; i < a.rows; i++) {
    const row = result.subarray(i * b.columns, (i + 1) * b.columns);
    for (let k = 0; k < a.columns; k++) {
      const factor = a.values[i * a.columns + k];
      if (factor === 0) continue;
      const other = k * b.columns;
      for (let j = 0; j < b.columns; j++) row[j] += factor * b.values[other + j];
    }
  }
  return matrix(a.rows, b.columns, result);
}

/** The products of all pairs of rows, `[rows, rows]`; symmetric. */
export function gram({ rows, columns, values }: Matrix): Matrix {
  const result = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += values[i * columns + k] * values[j * columns + k];
      result[i * rows + j] = sum;
      result[j * rows + i] = sum;
    }
  }
  return matrix(rows, rows, result);
}

/** The first `count` rows. */
export function firstRows({ columns, values }: Matrix, count: number): Matrix {
  return matrix(count, columns, values.slice(0, count * columns));
}

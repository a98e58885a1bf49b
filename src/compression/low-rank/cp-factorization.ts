import { type Matrix, matrix, multiply, transpose } from '../../core/linear-algebra/matrix.ts';
import { solveSymmetric } from '../../core/linear-algebra/solve-symmetric.ts';
import { RandomStream } from '../../core/random.ts';
import { type Factorization, kernelShape, lastPart, linearPart } from './factor-layer.ts';
import { unfold } from './tensors.ts';

const sweeps = 60;

/**
 * A convolution as 1x1 to `rank` channels, one filter for each of these (depthwise), and 1x1 to all channels: the kernel as a
 * sum of `rank` products (CP decomposition; Lebedev et al., "Speeding-up convolutional neural networks using fine-tuned
 * CP-decomposition", 2015, with the two spatial axes in one). By alternating least squares, from a fixed start.
 */
export const cpFactorization: Factorization = {
  name: 'cp',
  refusal(layer) {
    const [height, width] = kernelShape(layer);
    return height * width === 1 ? 'it is dense or a 1x1 convolution; cp is for larger kernels, svd for these' : undefined;
  },
  fullRanks(layer) {
    const [height, width, input, output] = kernelShape(layer);
    const sizes = [height * width, input, output].sort((a, b) => a - b);
    return [sizes[0] * sizes[1]];
  },
  multiplyAccumulates(layer, [rank]) {
    const [height, width, input, output] = kernelShape(layer);
    const [before, after] = [layer.inputSize[0] * layer.inputSize[1], layer.outputSize[0] * layer.outputSize[1]];
    return rank * (before * input + after * (height * width + output));
  },
  factor(layer, [rank], name) {
    const [height, width, input, output] = kernelShape(layer);
    const [positions, inputs, outputs] = decompose(layer.kernel.values, [height * width, input, output], rank);
    const [reduce, depthwise] = [name('reduce'), name('depthwise')];
    const { config } = layer.topology;
    const { filters: _, kernel_initializer, kernel_regularizer, kernel_constraint, batch_input_shape, ...shared } = config;
    const one = { kernel_size: [1, 1], strides: [1, 1], dilation_rate: [1, 1], padding: 'valid' };
    return {
      layers: [
        linearPart(layer, reduce, { filters: rank, ...one }),
        {
          class_name: 'DepthwiseConv2D',
          config: { ...shared, name: depthwise, depth_multiplier: 1, activation: 'linear', use_bias: false },
        },
        lastPart(layer, one),
      ],
      kernels: new Map([
        [reduce, { shape: [1, 1, input, rank], values: Float32Array.from(inputs.values) }],
        [depthwise, { shape: [height, width, rank, 1], values: Float32Array.from(positions.values) }],
        [config.name, { shape: [1, 1, rank, output], values: Float32Array.from(transpose(outputs).values) }],
      ]),
    };
  },
};

/** For each axis a matrix `[length, rank]`; the tensor is about the sum over r of the products of their columns r. */
function decompose(values: Float32Array, shape: readonly [number, number, number], rank: number): Matrix[] {
  const random = new RandomStream(0, 'cp');
  const factors = shape.map((length) =>
    matrix(
      length,
      rank,
      Float64Array.from({ length: length * rank }, () => random.normal()),
    ),
  );
  const unfolded = shape.map((_, axis) => unfold(values, shape, [axis]));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const axis of [0, 1, 2]) {
      const [first, second] = factors.filter((_, other) => other !== axis);
      const products = columnProducts(first, second);
      const grams = hadamard(multiply(transpose(first), first), multiply(transpose(second), second));
      factors[axis] = transpose(solveSymmetric(grams, transpose(multiply(unfolded[axis], products))));
    }
  }
  return balanced(factors);
}

/** Column r holds every product of an entry of column r of one with an entry of column r of the other. */
function columnProducts(one: Matrix, other: Matrix): Matrix {
  const rank = one.columns;
  const result = matrix(one.rows * other.rows, rank);
  for (let i = 0; i < one.rows; i++) {
    for (let j = 0; j < other.rows; j++) {
      for (let r = 0; r < rank; r++) result.values[(i * other.rows + j) * rank + r] = one.values[i * rank + r] * other.values[j * rank + r];
    }
  }
  return result;
}

function hadamard(one: Matrix, other: Matrix): Matrix {
  return matrix(
    one.rows,
    one.columns,
    one.values.map((value, i) => value * other.values[i]),
  );
}

/** The same sum of products, each of factors of equal length: training goes on better from there. */
function balanced(factors: readonly Matrix[]): Matrix[] {
  const rank = factors[0].columns;
  const lengths = factors.map(({ values }) => {
    const squares = new Float64Array(rank);
    values.forEach((value, i) => {
      squares[i % rank] += value * value;
    });
    return squares.map(Math.sqrt);
  });
  const shared = Float64Array.from({ length: rank }, (_, r) => Math.cbrt(lengths[0][r] * lengths[1][r] * lengths[2][r]));
  return factors.map(({ rows, columns, values }, f) =>
    matrix(
      rows,
      columns,
      values.map((value, i) => (lengths[f][i % rank] === 0 ? 0 : (value * shared[i % rank]) / lengths[f][i % rank])),
    ),
  );
}

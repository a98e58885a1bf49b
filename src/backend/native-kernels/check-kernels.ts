import { RandomStream } from '../../core/random.ts';
import { type Kernels, windowShape } from '../../kernels/index.ts';

/** Rounding apart: sums are made in another order. */
const tolerance = 1e-4;

/**
 * Compares two builds of the kernels on small problems: products, convolutions with their gradients, poolings, sums.
 * @returns the name of the first kernel whose results differ, or undefined
 */
export function findDifference(ours: Kernels, expected: Kernels): string | undefined {
  const [one, other] = [resultsOf(ours), resultsOf(expected)];
  return [...one].find(([name, values]) => !areClose(values, other.get(name) as Float32Array))?.[0];
}

function areClose(values: Float32Array, expected: Float32Array): boolean {
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  return values.every((value, index) => Math.abs(value - expected[index]) <= tolerance * scale);
}

function resultsOf(kernels: Kernels): Map<string, Float32Array> {
  const random = new RandomStream(1, 'check-kernels');
  const put = (count: number) => {
    const address = kernels.heap.allocate(count * 4);
    const values = kernels.floats(address, count);
    for (let index = 0; index < count; index++) values[index] = random.uniform(-1, 1);
    return address;
  };
  const results = new Map<string, Float32Array>();
  const keep = (name: string, count: number, run: (address: number) => void) => {
    const address = kernels.heap.allocate(count * 4);
    run(address);
    results.set(name, kernels.floats(address, count).slice());
    return address;
  };

  const [m, n, k] = [37, 45, 300];
  const [a, b, bias] = [put(m * k), put(k * n), put(n)];
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const name = `product${transposeA ? ', A transposed' : ''}${transposeB ? ', B transposed' : ''}`;
      keep(name, m * n, (c) => kernels.gemm({ m, n, k, a, b, c, bias, transposeA, transposeB, activation: 'relu' }));
    }
  }
  for (const strides of [1, 2]) {
    const shape = windowShape({ input: [5, 10, 11, 6], filter: [3, 3], outChannels: 20, padding: 'same', strides: [strides, strides] });
    const outputs = shape.batch * shape.outHeight * shape.outWidth * shape.outChannels;
    const [input, filter, outputGradient] = [put(5 * 10 * 11 * 6), put(9 * 6 * 20), put(outputs)];
    const name = `convolution, stride ${strides}`;
    keep(name, outputs, (output) => kernels.conv2d({ shape, input, filter, output }));
    keep(`${name}, input gradient`, 5 * 10 * 11 * 6, (inputGradient) =>
      kernels.conv2dInputGradient({ shape, outputGradient, filter, inputGradient }),
    );
    keep(`${name}, filter gradient`, 9 * 6 * 20, (filterGradient) =>
      kernels.conv2dFilterGradient({ shape, input, outputGradient, filterGradient }),
    );
  }
  const pooling = windowShape({ input: [3, 8, 6, 20], filter: [2, 2], strides: [2, 2] });
  const [pixels, pixelGradient] = [put(3 * 8 * 6 * 20), put(3 * 4 * 3 * 20)];
  keep('max pooling', 3 * 4 * 3 * 20, (output) => kernels.maxPool({ shape: pooling, input: pixels, output }));
  keep('max pooling, gradient', 3 * 8 * 6 * 20, (inputGradient) =>
    kernels.maxPoolGradient({ shape: pooling, input: pixels, outputGradient: pixelGradient, inputGradient }),
  );
  keep('sum of rows', 20, (output) => kernels.sumRows({ rows: 3 * 8 * 6, columns: 20, input: pixels, output }));
  keep('softmax', 300, (output) => kernels.softmax({ rows: 30, columns: 10, input: a, output }));
  return results;
}

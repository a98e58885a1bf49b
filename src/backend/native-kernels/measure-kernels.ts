import { type Kernels, windowShape } from '../../kernels/index.ts';

/** Floating-point operations a second, in thousand millions. */
export interface KernelRates {
  /** Of a product of 512 x 512 matrices. */
  readonly product: number;
  /** Of a convolution 3x3 of 16 images of 32 x 32 pixels, 32 to 32 channels, and its two gradients. */
  readonly convolution: number;
}

/** Measures the kernels for about half a second: the best of many calls, so that other programs matter little. */
export function measureKernels(kernels: Kernels): KernelRates {
  const size = 512;
  const product = [0, 1, 2].map(() => kernels.heap.allocate(size * size * 4));
  const shape = windowShape({ input: [16, 32, 32, 32], filter: [3, 3], outChannels: 32, padding: 'same' });
  const floats = 16 * 32 * 32 * 32;
  const [input, output, filter, gradient] = [floats, floats, 9 * 32 * 32, floats].map((count) => kernels.heap.allocate(count * 4));
  return {
    product: rateOf(2 * size ** 3, () => kernels.gemm({ m: size, n: size, k: size, a: product[0], b: product[1], c: product[2] })),
    convolution: rateOf(3 * 2 * floats * 9 * 32, () => {
      kernels.conv2d({ shape, input, filter, output });
      kernels.conv2dInputGradient({ shape, outputGradient: output, filter, inputGradient: gradient });
      kernels.conv2dFilterGradient({ shape, input, outputGradient: output, filterGradient: filter });
    }),
  };
}

function rateOf(operations: number, run: () => void): number {
  const measureMilliseconds = 250;
  run();
  let best = Number.POSITIVE_INFINITY;
  for (const end = performance.now() + measureMilliseconds; performance.now() < end; ) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return operations / best / 1e6;
}

import type { EngineKernels } from './engine-kernels.ts';
import { int8Conv2d, placeInt8Panels } from './int8-conv2d.ts';
import { windowShape } from './window-shape.ts';

/** Whether the largest sums of whole numbers come out right: an engine may validate relaxed instructions and cut their sums off. */
export function int8MultipliesRight(kernels: EngineKernels): boolean {
  const [m, n, k] = [5, 11, 22];
  const start = kernels.heap.allocate(4 * m * (k + n));
  const [input, output] = [start, start + 4 * m * k];
  const inputOf = (row: number, step: number) => (row < 3 ? 127 : (row * step) % 128);
  // Columns of the largest weights, of the least ones, and of both.
  const weightOf = (step: number, column: number) => (column < 4 || (column > 7 && step % 3 === 0) ? 127 : -127);
  kernels.floats(input, m * k).forEach((_, index, all) => {
    all[index] = inputOf(Math.floor(index / k), index % k);
  });
  const panels = placeInt8Panels(kernels, {
    segments: 1,
    segmentLength: k,
    numbers: Int8Array.from({ length: k * n }, (_, index) => weightOf(Math.floor(index / n), index % n)),
    scales: new Float32Array(n).fill(1),
    bias: new Float32Array(n),
  });
  const shape = windowShape({ input: [1, m, 1, k], filter: [1, 1], outChannels: n });
  int8Conv2d(kernels, { shape, panels, range: { scale: 1, zeroPoint: 0 } })(input, output);
  const right = kernels.floats(output, m * n).every((value, index) => {
    let sum = 0;
    for (let step = 0; step < k; step++) sum += inputOf(Math.floor(index / n), step) * weightOf(step, index % n);
    return value === sum;
  });
  kernels.dispose();
  kernels.heap.free(panels);
  kernels.heap.free(start);
  return right;
}

import type { EngineKernels } from './engine-kernels.ts';
import { convSizes, imageSizes, steps } from './export-arguments.ts';
import { int8Panels } from './int8-panels.ts';
import { windowShape } from './window-shape.ts';

/** Whether the largest sums of whole numbers come out right: relaxed instructions may be validated and then cut them off. */
export function int8MultipliesRight(kernels: EngineKernels): boolean {
  const { exports, heap } = kernels;
  const [m, n, k] = [5, 11, 22];
  const shape = windowShape({ input: [1, m, 1, k], filter: [1, 1], outChannels: n });
  // Columns of the largest weights, of the least ones, and of both.
  const weightOf = (step: number, column: number) => (column < 4 || (column > 7 && step % 3 === 0) ? 127 : -127);
  const panels = int8Panels(
    {
      segments: 1,
      segmentLength: k,
      numbers: Int8Array.from({ length: k * n }, (_, index) => weightOf(Math.floor(index / n), index % n)),
      scales: new Float32Array(n).fill(1),
      bias: new Float32Array(n),
    },
    { group: exports.int8GroupNumbers(), pairs: exports.int8PairsPay() === 1 },
  );
  const start = heap.allocate(4 * m * k + 4 * m * n + 16 + panels.length);
  const [input, output] = [start, start + 4 * m * k];
  const panelsAt = (output + 4 * m * n + 15) & ~15;
  const inputOf = (row: number, step: number) => (row < 3 ? 127 : (row * step) % 128);
  kernels.floats(input, m * k).forEach((_, index, all) => {
    all[index] = inputOf(Math.floor(index / k), index % k);
  });
  kernels.bytes(panelsAt, panels.length).set(panels);
  const [room] = kernels.scratch.split(exports.int8ScratchBytes(...imageSizes(shape), m, 1, ...steps(shape)));
  exports.int8Conv2d(...convSizes(shape), input, panelsAt, output, 1, 0, 0, room);
  const right = kernels.floats(output, m * n).every((value, index) => {
    let sum = 0;
    for (let step = 0; step < k; step++) sum += inputOf(Math.floor(index / n), step) * weightOf(step, index % n);
    return value === sum;
  });
  kernels.dispose();
  heap.free(start);
  return right;
}

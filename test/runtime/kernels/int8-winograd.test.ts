import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import type { EngineKernels } from '../../../src/kernels/engine-kernels.ts';
import type { Int8Conv2dArguments } from '../../../src/kernels/int8-conv2d.ts';
import { fitsTilesOf4, int8WinogradConv2d, placeInt8WinogradPanels, type WinogradSize } from '../../../src/kernels/int8-winograd.ts';
import * as reference from '../../../src/kernels/reference/index.ts';
import { type WindowShape, windowShape } from '../../../src/kernels/window-shape.ts';
import { activationRange, quantizeActivation } from '../../../src/packed/activation-range.ts';
import { describeEngine } from './every-flavour.ts';
import type { KernelWorkspace } from './kernel-workspace.ts';

let workspace: KernelWorkspace<EngineKernels>;
const use = (opened: KernelWorkspace<EngineKernels>) => {
  workspace = opened;
};

type Range = Int8Conv2dArguments['range'];

/** With scales of 1 and no biases. */
function compute(size: WinogradSize, shape: WindowShape, inputs: Float32Array, numbers: Int8Array, range: Range): Float32Array {
  const { kernels } = workspace;
  const { batch, outHeight, outWidth, outChannels: n, inChannels } = shape;
  const weights = { inChannels, numbers, scales: new Float32Array(n).fill(1), bias: new Float32Array(n) };
  const panels = placeInt8WinogradPanels(kernels, size, weights);
  const run = int8WinogradConv2d(kernels, size, { shape, panels, range });
  return workspace.result(batch * outHeight * outWidth * n, (output) => run(workspace.put(inputs), output));
}

const side = fc.integer({ min: 1, max: 11 });
const pad = fc.integer({ min: 0, max: 2 });
const shapes = fc
  .record({
    batch: fc.constantFrom(1, 2, 3),
    height: side,
    width: side,
    inChannels: fc.constantFrom(8, 16, 24),
    outChannels: fc.integer({ min: 1, max: 19 }),
    padding: fc.oneof(fc.constant('same' as const), fc.record({ top: pad, bottom: pad, left: pad, right: pad })),
  })
  .filter(({ height, width, padding: p }) => p === 'same' || (height + p.top + p.bottom > 2 && width + p.left + p.right > 2))
  .map(({ batch, height, width, inChannels, ...rest }) =>
    windowShape({ ...rest, input: [batch, height, width, inChannels], filter: [3, 3] }),
  );
const sizes = [2, 4] as const;

describeEngine('int8-winograd', use, () => {
  it.each(sizes)('adds up exactly what the reference adds up, in tiles of %d', (size) => {
    const drawn = { shape: shapes, seed: fc.integer({ min: 0, max: 2 ** 31 }), zeroPoint: fc.integer({ min: 0, max: 127 }) };
    fc.assert(
      fc.property(fc.record({ ...drawn, isExtreme: fc.boolean() }), ({ shape, seed, zeroPoint, isExtreme }) => {
        const random = new RandomStream(seed);
        const draw = (least: number, most: number) =>
          isExtreme ? [least, most][random.integer(2)] : least + random.integer(most - least + 1);
        const numbers = Uint8Array.from({ length: shape.batch * shape.inHeight * shape.inWidth * shape.inChannels }, () => draw(0, 127));
        const weights = Int8Array.from({ length: 9 * shape.inChannels * shape.outChannels }, () => draw(-127, 127));
        const inputs = Float32Array.from(numbers, (number) => number - zeroPoint);
        const sums = compute(size, shape, inputs, weights, { scale: 1, zeroPoint });
        expect(sums).toEqual(Float32Array.from(reference.int8Conv2d(shape, { numbers, zeroPoint }, weights)));
      }),
      { numRuns: 150 },
    );
  });

  it.each<[WinogradSize, number]>([
    [2, 3696],
    [4, 224],
  ])('holds the largest sums of as many channels as it takes, in tiles of %d: %d', (size, inChannels) => {
    const shape = windowShape({ input: [1, 5, 6, inChannels], filter: [3, 3], outChannels: 2, padding: 'same' });
    const weights = Int8Array.from({ length: 18 * inChannels }, (_, i) => (i % 2 === 0 ? 127 : -127));
    const inputs = new Float32Array(30 * inChannels).fill(127);
    const numbers = new Uint8Array(30 * inChannels).fill(127);
    const sums = compute(size, shape, inputs, weights, { scale: 1, zeroPoint: 0 });
    expect(sums).toEqual(Float32Array.from(reference.int8Conv2d(shape, { numbers, zeroPoint: 0 }, weights)));
    if (size === 4) expect(fitsTilesOf4(weights, 2)).toBe(true);
  });

  it('knows weights whose sums do not fit in tiles of 4', () => {
    expect(fitsTilesOf4(new Int8Array(9 * 232).fill(-127), 1)).toBe(false);
    expect(fitsTilesOf4(new Int8Array(9 * 464).fill(63), 1)).toBe(true);
    expect(fitsTilesOf4(new Int8Array(9 * 464).map((_, i) => (i % 2 === 0 ? 1 : 127)), 2)).toBe(false); // biome-ignore format: one line
  });

  it.each(sizes)('takes the range of each sample where it is dynamic, in tiles of %d', (size) => {
    const random = new RandomStream(2);
    const shape = windowShape({ input: [3, 7, 5, 8], filter: [3, 3], outChannels: 5, padding: 'same' });
    const inputs = Float32Array.from({ length: 3 * 280 }, (_, i) => random.uniform(-1, 1 + Math.floor(i / 280)));
    const weights = Int8Array.from({ length: 9 * 8 * 5 }, () => random.integer(255) - 127);
    const given = compute(size, shape, inputs, weights, 'dynamic');
    for (let sample = 0; sample < 3; sample++) {
      const values = inputs.subarray(sample * 280, (sample + 1) * 280);
      const range = activationRange(Math.min(...values), Math.max(...values));
      const numbers = Uint8Array.from(values, (value) => quantizeActivation(value, range));
      const sums = reference.int8Conv2d({ ...shape, batch: 1 }, { numbers, zeroPoint: range.zeroPoint }, weights);
      expect(given.subarray(sample * 175, (sample + 1) * 175)).toEqual(reference.dequantize(sums, new Float32Array(5).fill(range.scale)));
    }
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RandomStream } from '../../../src/core/random.ts';
import type { EngineKernels } from '../../../src/kernels/engine-kernels.ts';
import { type Int8Conv2dArguments, int8Conv2d, placeInt8Panels } from '../../../src/kernels/int8-conv2d.ts';
import * as reference from '../../../src/kernels/reference/index.ts';
import { type WindowShape, windowShape } from '../../../src/kernels/window-shape.ts';
import { activationRange, quantizeActivation } from '../../../src/packed/activation-range.ts';
import { describeEngine } from './every-flavour.ts';
import type { KernelWorkspace } from './kernel-workspace.ts';
import { windowShapes } from './window-shapes.ts';

let workspace: KernelWorkspace<EngineKernels>;
const use = (opened: KernelWorkspace<EngineKernels>) => {
  workspace = opened;
};

/** How weights are drawn: most of two groups' products fit into 16 bits, some, or hardly any. */
const kinds = ['small', 'bell', 'any', 'largest'] as const;
type Kind = (typeof kinds)[number];

function drawWeights(count: number, kind: Kind, random: RandomStream): Int8Array {
  const draw: Record<Kind, () => number> = {
    small: () => random.integer(15) - 7,
    bell: () => Math.max(-127, Math.min(127, Math.round(random.normal(0, 45)))),
    any: () => random.integer(255) - 127,
    largest: () => (random.integer(2) === 0 ? 127 : -127),
  };
  return Int8Array.from({ length: count }, draw[kind]);
}

interface Layer {
  readonly weights: Int8Array;
  readonly scales?: Float32Array;
  readonly bias?: Float32Array;
  readonly range?: Int8Conv2dArguments['range'];
  readonly activation?: Int8Conv2dArguments['activation'];
  readonly pairs?: boolean;
}

function compute(shape: WindowShape, inputs: Float32Array, layer: Layer): Float32Array {
  const { kernels } = workspace;
  const { batch, outHeight, outWidth, outChannels: n, filterHeight: segments, filterWidth, inChannels } = shape;
  const { weights: numbers, scales = new Float32Array(n).fill(1), bias = new Float32Array(n), activation, pairs } = layer;
  const panels = placeInt8Panels(kernels, { segments, segmentLength: filterWidth * inChannels, numbers, scales, bias }, pairs);
  const range = layer.range ?? { scale: 1, zeroPoint: 0 };
  const run = int8Conv2d(kernels, { shape, panels, range, activation });
  return workspace.result(batch * outHeight * outWidth * n, (output) => run(workspace.put(inputs), output));
}

const dense = (m: number, n: number, k: number) => windowShape({ input: [m, 1, 1, k], filter: [1, 1], outChannels: n });
const inputSize = (s: WindowShape) => s.batch * s.inHeight * s.inWidth * s.inChannels;
/** A unit of the sums is 1: they are what the kernel gives, rounded to float32. */
const asFloats = (sums: Int32Array) => Float32Array.from(sums);

const size = fc.integer({ min: 1, max: 37 });
const drawn = { seed: fc.integer({ min: 0, max: 2 ** 31 }), kind: fc.constantFrom(...kinds), zeroPoint: fc.integer({ min: 0, max: 127 }) };
const pairs = fc.constantFrom(undefined, true, false);

describeEngine('int8', use, () => {
  it('adds up exactly what the reference adds up, for every convolution', () => {
    const channels = fc.record({ inChannels: fc.integer({ min: 1, max: 9 }), outChannels: fc.integer({ min: 1, max: 19 }) });
    fc.assert(
      fc.property(fc.record({ shape: windowShapes(channels), pairs, ...drawn }), ({ shape, seed, kind, zeroPoint, pairs }) => {
        const random = new RandomStream(seed);
        const numbers = Uint8Array.from({ length: inputSize(shape) }, () => random.integer(128));
        const { filterHeight, filterWidth, inChannels, outChannels } = shape;
        const weights = drawWeights(filterHeight * filterWidth * inChannels * outChannels, kind, random);
        const inputs = Float32Array.from(numbers, (number) => number - zeroPoint);
        const sums = compute(shape, inputs, { weights, pairs, range: { scale: 1, zeroPoint } });
        expect(sums).toEqual(asFloats(reference.int8Conv2d(shape, { numbers, zeroPoint }, weights)));
      }),
      { numRuns: 250 },
    );
  });

  it('adds up exactly what the reference adds up, for every dense layer', () => {
    const k = fc.oneof(size, fc.integer({ min: 500, max: 1100 }));
    fc.assert(
      fc.property(fc.record({ m: size, n: size, k, pairs, ...drawn }), ({ m, n, k, seed, kind, zeroPoint, pairs }) => {
        const random = new RandomStream(seed);
        const numbers = Uint8Array.from({ length: m * k }, () => random.integer(128));
        const weights = drawWeights(k * n, kind, random);
        const inputs = Float32Array.from(numbers, (number) => number - zeroPoint);
        const sums = compute(dense(m, n, k), inputs, { weights, pairs, range: { scale: 1, zeroPoint } });
        expect(sums).toEqual(asFloats(reference.int8Gemm({ m, n, k }, { numbers, zeroPoint }, weights)));
      }),
      { numRuns: 150 },
    );
  });

  it('adds up the largest numbers there are without an overflow', () => {
    const [m, n, k] = [5, 17, 130_000];
    for (const pairs of [true, false]) {
      const weights = Int8Array.from({ length: k * n }, (_, i) => (i % n < 9 ? 127 : -127));
      const sums = compute(dense(m, n, k), new Float32Array(m * k).fill(127), { weights, pairs });
      expect(sums).toEqual(Float32Array.from({ length: m * n }, (_, i) => (i % n < 9 ? 1 : -1) * 127 * 127 * k));
    }
  });

  it('rounds inputs as quantizeActivation does: halves to even, cut off at the ends', () => {
    const values = fc.array(fc.oneof(fc.float({ noNaN: true }), fc.float({ min: -4, max: 4, noNaN: true }), fc.integer({ min: -90, max: 90 }).map((half) => half / 2)), { minLength: 1, maxLength: 40 }); // biome-ignore format: one line
    const scale = fc.oneof(fc.constantFrom(1, 0.5, 2 ** -100), fc.float({ min: Math.fround(1e-3), max: 10, noNaN: true }));
    fc.assert(
      fc.property(values, scale, drawn.zeroPoint, (list, scale, zeroPoint) => {
        const inputs = Float32Array.from(list);
        const rounded = compute(dense(1, 1, 1), Float32Array.of(0), { weights: Int8Array.of(1), range: { scale, zeroPoint } });
        expect(rounded[0]).toBe(0);
        const image = windowShape({ input: [1, inputs.length, 1, 1], filter: [1, 1], outChannels: 1 });
        const numbers = compute(image, inputs, {
          weights: Int8Array.of(1),
          scales: Float32Array.of(1 / scale),
          range: { scale, zeroPoint },
        });
        const expected = inputs.map((value) => quantizeActivation(value, { scale, zeroPoint }) - zeroPoint);
        expect(numbers.map((value) => Math.round(value))).toEqual(expected.map((value) => Math.round(value)));
      }),
      { numRuns: 200 },
    );
  });

  it('takes NaN for the least number, and infinity for the ends of the range', () => {
    const inputs = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3, -3);
    const image = windowShape({ input: [1, 5, 1, 1], filter: [1, 1], outChannels: 1 });
    const numbers = compute(image, inputs, { weights: Int8Array.of(1), range: { scale: 1, zeroPoint: 10 } });
    expect([...numbers]).toEqual([-10, 117, -10, 3, -3]);
  });

  it('takes the range of each sample where it is dynamic', () => {
    const channels = fc.record({ inChannels: fc.integer({ min: 1, max: 6 }), outChannels: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(windowShapes(channels), drawn.seed, (shape, seed) => {
        const random = new RandomStream(seed);
        const { batch, filterHeight, filterWidth, inChannels, outChannels } = shape;
        const sample = inputSize(shape) / batch;
        const spread = Array.from({ length: batch }, () => [random.uniform(-3, 1), random.uniform(1, 9)]);
        const inputs = Float32Array.from({ length: inputSize(shape) }, (_, i) => random.uniform(...(spread[Math.floor(i / sample)] as [number, number]))); // biome-ignore format: one line
        const weights = drawWeights(filterHeight * filterWidth * inChannels * outChannels, 'any', random);
        const scales = Float32Array.from({ length: outChannels }, () => random.uniform(-0.1, 0.1));
        const given = compute(shape, inputs, { weights, scales, range: 'dynamic' });
        const expected = Array.from({ length: batch }, (_, index) => {
          const values = inputs.subarray(index * sample, (index + 1) * sample);
          const range = activationRange(Math.min(...values), Math.max(...values));
          const numbers = Uint8Array.from(values, (value) => quantizeActivation(value, range));
          const sums = reference.int8Conv2d({ ...shape, batch: 1 }, { numbers, zeroPoint: range.zeroPoint }, weights);
          return [...reference.dequantize(sums, scales.map((scale) => scale * range.scale))]; // biome-ignore format: one line
        });
        expect([...given].map((value) => value + 0)).toEqual(expected.flat().map((value) => value + 0));
      }),
      { numRuns: 100 },
    );
  });

  it('scales, adds the bias and activates as float32 does', () => {
    const [m, n, k] = [6, 13, 30];
    const random = new RandomStream(4);
    const numbers = Uint8Array.from({ length: m * k }, () => random.integer(128));
    const weights = drawWeights(k * n, 'bell', random);
    const scales = Float32Array.from({ length: n }, () => random.uniform(-0.01, 0.01));
    const bias = Float32Array.from({ length: n }, () => random.uniform(-3, 3));
    const sums = reference.int8Gemm({ m, n, k }, { numbers, zeroPoint: 64 }, weights);
    const floats = Float32Array.from(sums, (sum, i) => Math.fround(Math.fround(sum) * Math.fround(scales[i % n] * 0.5)) + bias[i % n]);
    const inputs = Float32Array.from(numbers, (number) => (number - 64) / 2);
    for (const activation of ['linear', 'relu', 'relu6'] as const) {
      const given = compute(dense(m, n, k), inputs, { weights, scales, bias, activation, range: { scale: 0.5, zeroPoint: 64 } });
      const [least, most] = activation === 'linear' ? [-Infinity, Infinity] : [0, activation === 'relu6' ? 6 : Infinity];
      expect(given).toEqual(floats.map((value) => Math.min(most, Math.max(least, value))));
    }
  });
});

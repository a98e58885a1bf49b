import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PoolShape, type WindowShape, windowShape } from '../../../src/kernels/index.ts';
import * as reference from '../../../src/kernels/reference/index.ts';
import { describeEveryFlavour } from './every-flavour.ts';
import { expectClose, type KernelWorkspace } from './kernel-workspace.ts';
import { windowShapes } from './window-shapes.ts';

let workspace: KernelWorkspace;
const use = (opened: KernelWorkspace) => {
  workspace = opened;
};

const activations = ['linear', 'relu', 'relu6'] as const;
const channels = fc.record({ inChannels: fc.integer({ min: 1, max: 9 }), outChannels: fc.integer({ min: 1, max: 9 }) });
const side = fc.integer({ min: 1, max: 3 });
const cases = fc
  .record({
    shape: windowShapes(channels),
    size: fc.tuple(side, side),
    strides: fc.tuple(side, side),
    activation: fc.constantFrom(...activations),
  })
  .filter(({ shape, size }) => size[0] <= shape.outHeight && size[1] <= shape.outWidth);

describeEveryFlavour('pooledConv2d', use, () => {
  it('equals convolution, pooling and activation one after the other, forward and backward', () => {
    fc.assert(
      fc.property(cases, ({ shape, size, strides, activation }) => check(shape, size, strides, activation)),
      { numRuns: 300 },
    );
  });

  it.each([
    { name: 'more images than are worked on at once', input: [70, 12, 12, 6], filters: 5, kernel: 5, padding: 'valid' },
    { name: 'a row of a window longer than eight vectors', input: [3, 8, 8, 20], filters: 9, kernel: 5, padding: 'same' },
    { name: 'one channel', input: [9, 28, 28, 1], filters: 6, kernel: 5, padding: 'valid' },
  ] as const)('does $name', ({ input, filters, kernel, padding }) => {
    check(windowShape({ input: [...input], filter: [kernel, kernel], outChannels: filters, padding }), [2, 2], [2, 2], 'relu');
  });

  it('passes no gradient on where all was NaN or a ReLU cut it off', () => {
    const shape = windowShape({ input: [1, 2, 4, 1], filter: [1, 1], outChannels: 1 });
    const pool = poolOf(shape, [2, 2], [2, 2]);
    const { NaN: nan } = Number;
    const input = new Float32Array([nan, nan, -1, -2, nan, nan, -3, -4]);
    const { output, filterGradient, biasGradient, inputGradient } = run(shape, pool, 'relu', {
      input,
      filter: new Float32Array([1]),
      bias: new Float32Array([0]),
      outputGradient: new Float32Array([5, 7]),
    });
    expect([...output]).toEqual([0, 0]);
    expect([...filterGradient, ...biasGradient]).toEqual([0, 0]);
    expect([...inputGradient]).toEqual(Array(8).fill(0));
  });
});

function poolOf(
  shape: WindowShape,
  [height, width]: readonly [number, number],
  [strideHeight, strideWidth]: readonly [number, number],
): PoolShape {
  const outHeight = Math.floor((shape.outHeight - height) / strideHeight) + 1;
  return { height, width, strideHeight, strideWidth, outHeight, outWidth: Math.floor((shape.outWidth - width) / strideWidth) + 1 };
}

interface Values {
  readonly input: Float32Array;
  readonly filter: Float32Array;
  readonly bias: Float32Array;
  readonly outputGradient: Float32Array;
}

function check(
  shape: WindowShape,
  size: readonly [number, number],
  strides: readonly [number, number],
  activation: (typeof activations)[number],
): void {
  const pool = poolOf(shape, size, strides);
  const values: Values = {
    input: eighths(shape.batch * shape.inHeight * shape.inWidth * shape.inChannels),
    filter: eighths(shape.filterHeight * shape.filterWidth * shape.inChannels * shape.outChannels),
    bias: eighths(shape.outChannels),
    outputGradient: eighths(shape.batch * pool.outHeight * pool.outWidth * shape.outChannels),
  };
  const ours = run(shape, pool, activation, values);
  const expected = oneAfterTheOther(shape, pool, activation, values);
  for (const key of ['output', 'filterGradient', 'biasGradient', 'inputGradient'] as const) expectClose(ours[key], expected[key]);
}

/** Sums of their products are exact, so that both sides see the same maxima, and equal ones. */
function eighths(count: number): Float32Array {
  return workspace.values(count).map((value) => Math.round(value * 8) / 8);
}

function run(shape: WindowShape, pool: PoolShape, activation: (typeof activations)[number], values: Values) {
  const { kernels } = workspace;
  const [input, filter, bias, dy] = [values.input, values.filter, values.bias, values.outputGradient].map((one) => workspace.put(one));
  const pooled = values.outputGradient.length;
  const chosen = kernels.heap.allocate(pooled * 4);
  const output = workspace.result(pooled, (address) =>
    kernels.pooledConv2d({ shape, pool, input, filter, bias, activation, output: address, chosen }),
  );
  const gradient = { shape, pool, outputGradient: dy, chosen };
  let biasGradient = new Float32Array();
  const filterGradient = workspace.result(values.filter.length, (address) => {
    biasGradient = workspace.result(values.bias.length, (second) =>
      kernels.pooledConv2dFilterGradient({ ...gradient, input, filterGradient: address, biasGradient: second }),
    ) as Float32Array<ArrayBuffer>;
  });
  const inputGradient = workspace.result(values.input.length, (address) =>
    kernels.pooledConv2dInputGradient({ ...gradient, filter, inputGradient: address }),
  );
  return { output, filterGradient, biasGradient, inputGradient };
}

function oneAfterTheOther(shape: WindowShape, pool: PoolShape, activation: (typeof activations)[number], values: Values) {
  const convolved = reference.conv2d(shape, values.input, values.filter, values.bias);
  const pooling = windowShape({
    input: [shape.batch, shape.outHeight, shape.outWidth, shape.outChannels],
    filter: [pool.height, pool.width],
    strides: [pool.strideHeight, pool.strideWidth],
  });
  const pooled = reference.maxPool(pooling, convolved);
  const cut = activation === 'relu6' ? 6 : Number.POSITIVE_INFINITY;
  const open = (value: number) => activation === 'linear' || (value > 0 && value < cut);
  const outputGradient = values.outputGradient.map((value, index) => (open(pooled[index]) ? value : 0));
  const convolvedGradient = reference.maxPoolGradient(pooling, convolved, outputGradient);
  return {
    output: pooled.map((value) => (activation === 'linear' ? value : Math.min(Math.max(value, 0), cut))),
    filterGradient: reference.conv2dFilterGradient(shape, values.input, convolvedGradient),
    biasGradient: outputGradient.reduce((sums, value, index) => {
      sums[index % shape.outChannels] += value;
      return sums;
    }, new Float32Array(shape.outChannels)),
    inputGradient: reference.conv2dInputGradient(shape, convolvedGradient, values.filter),
  };
}

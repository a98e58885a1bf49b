import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type WindowShape, windowShape } from '../../../src/kernels/index.ts';
import * as reference from '../../../src/kernels/reference/index.ts';
import { describeEveryFlavour } from './every-flavour.ts';
import { expectClose, type KernelWorkspace } from './kernel-workspace.ts';
import { windowShapes } from './window-shapes.ts';

let workspace: KernelWorkspace;
const use = (opened: KernelWorkspace) => {
  workspace = opened;
};

const shapes = windowShapes(fc.record({ inChannels: fc.integer({ min: 1, max: 9 }), outChannels: fc.integer({ min: 1, max: 18 }) }));

const inputSize = (s: WindowShape) => s.batch * s.inHeight * s.inWidth * s.inChannels;
const outputSize = (s: WindowShape) => s.batch * s.outHeight * s.outWidth * s.outChannels;
const filterSize = (s: WindowShape) => s.filterHeight * s.filterWidth * s.inChannels * s.outChannels;

function checkForward(shape: WindowShape, activation: 'linear' | 'relu' | 'relu6' = 'linear', packed = false): void {
  const { kernels } = workspace;
  const [input, filter, bias] = [
    workspace.values(inputSize(shape)),
    workspace.values(filterSize(shape)),
    workspace.values(shape.outChannels),
  ];
  let weights = workspace.put(filter);
  if (packed) {
    const [k, n] = [shape.filterHeight * shape.filterWidth * shape.inChannels, shape.outChannels];
    const target = kernels.heap.allocate(kernels.packedBytes(k, n));
    kernels.packMatrix({ k, n, source: weights, target });
    weights = target;
  }
  const places = { input: workspace.put(input), filter: weights, bias: workspace.put(bias) };
  const output = workspace.result(outputSize(shape), (address) =>
    kernels.conv2d({ shape, ...places, output: address, activation, packed }),
  );
  expectClose(output, reference.conv2d(shape, input, filter, bias, activation));
}

function checkInputGradient(shape: WindowShape): void {
  const [outputGradient, filter] = [workspace.values(outputSize(shape)), workspace.values(filterSize(shape))];
  const places = { outputGradient: workspace.put(outputGradient), filter: workspace.put(filter) };
  const result = workspace.result(inputSize(shape), (inputGradient) =>
    workspace.kernels.conv2dInputGradient({ shape, ...places, inputGradient }),
  );
  expectClose(result, reference.conv2dInputGradient(shape, outputGradient, filter));
}

function checkFilterGradient(shape: WindowShape): void {
  const [input, outputGradient] = [workspace.values(inputSize(shape)), workspace.values(outputSize(shape))];
  const places = { input: workspace.put(input), outputGradient: workspace.put(outputGradient) };
  const result = workspace.result(filterSize(shape), (filterGradient) =>
    workspace.kernels.conv2dFilterGradient({ shape, ...places, filterGradient }),
  );
  expectClose(result, reference.conv2dFilterGradient(shape, input, outputGradient));
}

/** LeNet's own, a batch of 128, whole vectors of channels, a long sum (several groups of filter rows), an output of one pixel, a wide 1x1. */
const special = [
  windowShape({ input: [3, 28, 28, 1], filter: [5, 5], outChannels: 20 }),
  windowShape({ input: [2, 12, 12, 20], filter: [5, 5], outChannels: 50 }),
  windowShape({ input: [128, 6, 5, 2], filter: [3, 3], outChannels: 6, padding: 'same' }),
  windowShape({ input: [1, 5, 5, 130], filter: [3, 3], outChannels: 9, padding: 'same' }),
  windowShape({ input: [2, 6, 6, 16], filter: [3, 3], outChannels: 64, padding: 'same' }),
  windowShape({ input: [3, 7, 9, 16], filter: [3, 3], outChannels: 20, padding: 'same' }),
  windowShape({ input: [11, 8, 7, 24], filter: [3, 3], outChannels: 16 }),
  windowShape({ input: [2, 5, 6, 36], filter: [3, 3], outChannels: 72, padding: { top: 2, bottom: 0, left: 1, right: 2 } }),
  windowShape({ input: [3, 5, 5, 16], filter: [5, 5], outChannels: 7 }),
  windowShape({ input: [2, 6, 5, 6], filter: [3, 3], outChannels: 37, padding: 'same', strides: [2, 1] }),
  windowShape({ input: [3, 4, 4, 33], filter: [1, 1], outChannels: 20 }),
  windowShape({ input: [2, 7, 7, 3], filter: [1, 1], outChannels: 5, strides: [2, 3] }),
] as const;

describeEveryFlavour('conv2d', use, () => {
  it('sums a window by hand', () => {
    const shape = windowShape({ input: [1, 2, 2, 1], filter: [2, 2] });
    const [input, filter] = [new Float32Array([1, 2, 3, 4]), new Float32Array([10, 20, 30, 40])];
    const places = { input: workspace.put(input), filter: workspace.put(filter) };
    expect([...workspace.result(1, (output) => workspace.kernels.conv2d({ shape, ...places, output }))]).toEqual([300]);
  });

  it('equals its reference over strides, paddings, sizes and activations', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom('linear', 'relu', 'relu6'), fc.boolean(), (shape, activation, packed) =>
        checkForward(shape, activation, packed),
      ),
      { numRuns: 200 },
    );
    for (const shape of special) checkForward(shape);
  });

  it('has the right gradient of its input', () => {
    fc.assert(fc.property(shapes, checkInputGradient), { numRuns: 200 });
    for (const shape of special) checkInputGradient(shape);
  });

  it('has the right gradient of its filter', () => {
    fc.assert(fc.property(shapes, checkFilterGradient), { numRuns: 200 });
    for (const shape of special) checkFilterGradient(shape);
  });
});

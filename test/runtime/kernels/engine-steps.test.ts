import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EngineKernels } from '../../../src/kernels/engine-kernels.ts';
import { activationNumbers, depthwiseSizes } from '../../../src/kernels/export-arguments.ts';
import { curves } from '../../../src/kernels/reference/curves.ts';
import * as reference from '../../../src/kernels/reference/index.ts';
import { describeEngine } from './every-flavour.ts';
import type { KernelWorkspace } from './kernel-workspace.ts';
import { windowShapes } from './window-shapes.ts';

const operations = [(a: number, b: number) => a + b, (a: number, b: number) => a * b, Math.max, Math.min];
const names = ['sigmoid', 'tanh', 'elu', 'selu', 'swish', 'hard sigmoid', 'softsign', 'leaky ReLU', 'sign'];
const relu6 = (value: number) => Math.min(6, Math.max(0, value));

let workspace: KernelWorkspace<EngineKernels>;
const use = (opened: KernelWorkspace<EngineKernels>) => {
  workspace = opened;
};

describeEngine('steps of the engine', use, () => {
  it.each(names.map((name, index) => ({ name, number: index + 1 })))(
    '$name takes NaN as plain JS does and comes close to plain JS',
    ({ number }) => {
      const special = [Number.NaN, 0, 1e-4, -1e-4, 0.6249, 0.6251, 90, -90, 200, -200, Number.POSITIVE_INFINITY, 3, -3];
      const inputs = Float32Array.from([...special, ...workspace.values(100).map((value) => 8 * value)]);
      const input = workspace.put(inputs);
      const { exports } = workspace.kernels;
      const outputs = workspace.result(inputs.length, (output) => exports.activateCurve(inputs.length, input, output, number, 0.3));
      inputs.forEach((x, i) => {
        const expected = curves[number - 1](x, 0.3);
        if (Number.isFinite(expected)) expect(Math.abs(outputs[i] - expected)).toBeLessThan(3e-7 * Math.max(1, Math.abs(expected)));
        else expect(outputs[i]).toBe(expected);
      });
    },
  );

  it.each([1, 3, 4, 7, 64])('combines %i values of two, then the activation', (count) => {
    const [a, b] = [workspace.values(count).map((value) => 9 * value), workspace.values(count)];
    const [aAt, bAt] = [workspace.put(a), workspace.put(b)];
    operations.forEach((operation, number) => {
      const plain = workspace.result(count, (output) => workspace.kernels.exports.combineAll(count, aAt, bAt, output, number, 0));
      expect(plain).toEqual(a.map((value, i) => operation(value, b[i])));
      const active = workspace.result(count, (output) => workspace.kernels.exports.combineAll(count, aAt, bAt, output, number, 2));
      expect(active).toEqual(plain.map(relu6));
    });
  });

  it.each([1, 2, 4, 5, 10, 16])('copies rows of %i columns into wider ones and touches nothing else', (columns) => {
    const values = workspace.values(3 * columns);
    const input = workspace.put(values);
    const width = columns + 3;
    const wide = workspace.result(3 * width, (output) => {
      workspace.kernels.floats(output, 3 * width).fill(5);
      workspace.kernels.exports.copyColumns(3, columns, input, output + 4, width);
    });
    expect([...wide]).toEqual([0, 1, 2].flatMap((row) => [5, ...values.subarray(row * columns, (row + 1) * columns), 5, 5]));
  });

  it.each([1, 3, 4, 9])('scales and shifts rows of %i columns', (columns) => {
    const [values, scale, shift] = [workspace.values(4 * columns), workspace.values(columns), workspace.values(columns)];
    const [input, scaleAt, shiftAt] = [workspace.put(values), workspace.put(scale), workspace.put(shift)];
    const { exports } = workspace.kernels;
    const result = workspace.result(values.length, (output) => exports.scaleRows(4, columns, input, scaleAt, shiftAt, output, 2));
    expect(result).toEqual(values.map((value, i) => relu6(Math.fround(value * scale[i % columns]) + shift[i % columns])));
  });

  it.each([1, 3, 4, 9])('multiplies what is below 0 in rows of %i columns', (columns) => {
    const [values, slopes] = [workspace.values(4 * columns), workspace.values(columns)];
    values[0] = Number.NaN;
    const [input, slopesAt] = [workspace.put(values), workspace.put(slopes)];
    const result = workspace.result(values.length, (output) => workspace.kernels.exports.rectifyRows(4, columns, input, slopesAt, output));
    expect(result).toEqual(values.map((value, i) => (value < 0 ? value * slopes[i % columns] : value)));
  });

  const shapes = windowShapes(
    fc
      .record({ inChannels: fc.integer({ min: 1, max: 9 }), multiplier: fc.integer({ min: 1, max: 2 }) })
      .map(({ inChannels, multiplier }) => ({ inChannels, outChannels: inChannels * multiplier })),
  );
  it('convolves channel by channel, with bias and activation', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom('linear', 'relu', 'relu6'), (shape, activation) => {
        const input = workspace.values(shape.batch * shape.inHeight * shape.inWidth * shape.inChannels);
        const filter = workspace.values(shape.filterHeight * shape.filterWidth * shape.outChannels);
        const bias = workspace.values(shape.outChannels);
        const [x, w, b] = [workspace.put(input), workspace.put(filter), workspace.put(bias)];
        const expected = reference.depthwiseConv2d(shape, input, filter).map((sum, i) => {
          const value = sum + bias[i % shape.outChannels];
          return activation === 'linear' ? value : Math.min(activation === 'relu6' ? 6 : Infinity, Math.max(0, value));
        });
        const convolve = workspace.kernels.exports.fusedDepthwiseConv2d.bind(undefined, ...depthwiseSizes(shape));
        const actual = workspace.result(expected.length, (output) => convolve(x, w, output, b, activationNumbers[activation]));
        expected.forEach((value, i) => void expect(actual[i]).toBeCloseTo(value, 4));
      }),
      { numRuns: 100 },
    );
  });
});

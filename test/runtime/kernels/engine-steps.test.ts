import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CopyCounts } from '../../../src/inference/copy-step.ts';
import type { EngineKernels } from '../../../src/kernels/engine-kernels.ts';
import { activationNumbers, depthwiseSizes } from '../../../src/kernels/export-arguments.ts';
import { curves } from '../../../src/kernels/reference/curves.ts';
import * as reference from '../../../src/kernels/reference/index.ts';
import { activationRange, roundActivation } from '../../../src/packed/activation-range.ts';
import { describeEngine } from './every-flavour.ts';
import { expectClose, type KernelWorkspace } from './kernel-workspace.ts';
import { windowShapes } from './window-shapes.ts';

const operations = [(a: number, b: number) => a + b, (a: number, b: number) => a * b, Math.max, Math.min, (a: number, b: number) => a - b];
const names = [
  'sigmoid',
  'tanh',
  'elu',
  'selu',
  'swish',
  'hard sigmoid',
  'softsign',
  'leaky ReLU',
  'sign',
  'softplus',
  'ReLU',
  'gelu',
  'mish',
];
const relu6 = (value: number) => Math.min(6, Math.max(0, value));

let workspace: KernelWorkspace<EngineKernels>;
const use = (opened: KernelWorkspace<EngineKernels>) => {
  workspace = opened;
};

describeEngine('steps of the engine', use, () => {
  it.each([
    [1, 1],
    [900, 37],
    [700, 500],
    [3, 20_001],
  ])('packs [%i, %i] weights, some rows after the other, as it packs all of them at once', (k, n) => {
    const { kernels } = workspace;
    const weights = workspace.values(k * n);
    const count = kernels.packedBytes(k, n) / 4;
    const packed = workspace.result(count, (target) => kernels.packWeights({ k, n, weights, target }));
    const source = workspace.put(weights);
    expect(packed).toEqual(workspace.result(count, (target) => kernels.packMatrix({ k, n, source, target })));
  });

  it.each(names.map((name, index) => ({ name, number: index + 1 })))(
    '$name takes NaN as plain JS does and comes close to plain JS',
    ({ number }) => {
      const special = [Number.NaN, 0, 1e-4, -1e-4, 0.6249, 0.6251, 90, -90, 200, -200, Number.POSITIVE_INFINITY, 3, -3];
      const inputs = Float32Array.from([...special, ...workspace.values(100).map((value) => 8 * value)]);
      const input = workspace.put(inputs);
      const { exports } = workspace.kernels;
      const outputs = workspace.result(inputs.length, (output) =>
        exports.activateCurve(inputs.length, input, output, number, 0.3, 0.2, 2.5),
      );
      inputs.forEach((x, i) => {
        const expected = curves[number - 1](x, 0.3, 0.2, 2.5);
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

  it.each([1, 2, 4, 5, 10, 16])('copies runs of %i values in four loops, also backwards and again, and touches nothing else', (floats) => {
    const [counts, inputSteps, outputSteps] = [
      [2, 3, 2, 2],
      [12 * floats, 0, -floats, 3 * floats],
      [12 * (floats + 1), 4 * (floats + 1), 2 * (floats + 1), floats + 1],
    ];
    const values = workspace.values(40 * floats);
    const input = workspace.put(values) + 4 * floats;
    const expected = new Float32Array(24 * (floats + 1));
    reference.copyRuns(counts, floats, inputSteps, outputSteps, values, expected, floats);
    const { exports } = workspace.kernels;
    const sizes = [...counts, floats, ...inputSteps, ...outputSteps] as unknown as CopyCounts;
    const result = workspace.result(expected.length, (output) => {
      exports.clear(expected.length, output);
      exports.copyRuns(...sizes, input, output);
    });
    expect(result).toEqual(expected);
  });

  it.each([1, 4, 6])('gathers rows of %i columns by their numbers, NaN for those that are not there', (columns) => {
    const indices = Float32Array.of(0, 6, 3.9, -0.5, 7, -1, Number.NaN, 1e20, Number.NEGATIVE_INFINITY, 2);
    const table = workspace.values(7 * columns);
    const [indicesAt, tableAt] = [workspace.put(indices), workspace.put(table)];
    const gather = workspace.kernels.exports.gatherRows;
    const result = workspace.result(indices.length * columns, (output) => gather(10, columns, 7, indicesAt, tableAt, output));
    expect(result).toEqual(reference.gatherRows(columns, indices, table));
  });

  it.each([1, 3, 4, 9])('makes rows of %i columns signs of one magnitude, and gives them the mean 0 and the variance 1', (columns) => {
    const values = workspace.values(4 * columns);
    values[0] = 0;
    const input = workspace.put(values);
    const { exports } = workspace.kernels;
    const signs = workspace.result(values.length, (output) => exports.scaledSigns(4, columns, input, output));
    expect(signs).toEqual(reference.scaledSigns(columns, values));
    const normal = workspace.result(values.length, (output) => exports.normalizeRows(4, columns, 1e-3, input, output));
    expectClose(normal, reference.normalizeRows(columns, 1e-3, values), 1e-6);
  });

  it.each([1, 3, 4, 9])('rounds rows of %i columns as the packed file does, to the bit', (columns) => {
    const values = workspace.values(5 * columns).map((value, i) => (i < columns ? 0 : i % 7 === 0 ? 100 * value : 3 * value));
    const input = workspace.put(values);
    const { exports } = workspace.kernels;
    const range = activationRange(-1.5, 2);
    const fixed = workspace.result(values.length, (output) => exports.roundRows(5, columns, range.scale, range.zeroPoint, input, output));
    expect(fixed).toEqual(values.map((value) => roundActivation(value, range)));
    const dynamic = workspace.result(values.length, (output) => exports.roundRows(5, columns, 0, 0, input, output));
    const rangeOf = (row: Float32Array) => activationRange(Math.min(0, ...row), Math.max(0, ...row));
    const ranges = [0, 1, 2, 3, 4].map((row) => rangeOf(values.subarray(row * columns, (row + 1) * columns)));
    expect(dynamic).toEqual(values.map((value, i) => roundActivation(value, ranges[Math.floor(i / columns)])));
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

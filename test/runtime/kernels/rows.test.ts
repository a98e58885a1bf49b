import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as reference from '../../../src/kernels/reference/index.ts';
import { describeEveryFlavour } from './every-flavour.ts';
import { expectClose, type KernelWorkspace } from './kernel-workspace.ts';

let workspace: KernelWorkspace;
const use = (opened: KernelWorkspace) => {
  workspace = opened;
};

const matrices = fc.record({ rows: fc.integer({ min: 1, max: 300 }), columns: fc.integer({ min: 1, max: 40 }) });

describeEveryFlavour('kernels over rows', use, () => {
  it('sums the rows', () => {
    fc.assert(
      fc.property(matrices, ({ rows, columns }) => {
        const input = workspace.values(rows * columns);
        const place = workspace.put(input);
        const sums = workspace.result(columns, (output) => workspace.kernels.sumRows({ rows, columns, input: place, output }));
        expectClose(sums, reference.sumRows(columns, input));
      }),
    );
  });

  it('adds a bias to every row', () => {
    const [rows, columns] = [3, 7];
    const [input, bias] = [workspace.values(rows * columns), workspace.values(columns)];
    const places = { input: workspace.put(input), bias: workspace.put(bias) };
    const sums = workspace.result(rows * columns, (output) => workspace.kernels.addBias({ rows, columns, ...places, output }));
    expect(sums).toEqual(input.map((value, index) => value + bias[index % columns]));
  });

  it('scales and shifts every row', () => {
    fc.assert(
      fc.property(matrices, ({ rows, columns }) => {
        const [input, scale, shift] = [workspace.values(rows * columns), workspace.values(columns), workspace.values(columns)];
        const places = { input: workspace.put(input), scale: workspace.put(scale), shift: workspace.put(shift) };
        const scaled = workspace.result(rows * columns, (output) => workspace.kernels.scaleRows({ rows, columns, ...places, output }));
        expectClose(scaled, reference.scaleRows(columns, input, scale, shift));
      }),
    );
  });

  it('gives probabilities, also of large and infinite values', () => {
    const softmax = (columns: number, values: number[]) => {
      const input = workspace.put(new Float32Array(values));
      const rows = values.length / columns;
      return workspace.result(values.length, (output) => workspace.kernels.softmax({ rows, columns, input, output }));
    };
    fc.assert(
      fc.property(matrices, ({ rows, columns }) => {
        const input = workspace.values(rows * columns).map((value) => value * 50);
        expectClose(softmax(columns, [...input]), reference.softmax(columns, input), 1e-6);
      }),
      { numRuns: 40 },
    );
    expect([...softmax(3, [1000, 1000, Number.NEGATIVE_INFINITY])]).toEqual([0.5, 0.5, 0]);
    expect([...softmax(2, [Number.NaN, 1])]).toEqual([Number.NaN, Number.NaN]);
  });

  it('sums segments and leaves out those that are not there', () => {
    fc.assert(
      fc.property(matrices, fc.integer({ min: 1, max: 6 }), ({ rows, columns }, segmentCount) => {
        const input = workspace.values(rows * columns);
        const segments = Int32Array.from({ length: rows }, (_, row) => ((row * 7) % (segmentCount + 2)) - 1);
        const places = { input: workspace.put(input), segments: workspace.putIntegers(segments) };
        const sums = workspace.result(segmentCount * columns, (output) =>
          workspace.kernels.segmentSum({ rows, columns, segmentCount, ...places, output }),
        );
        expectClose(sums, reference.segmentSum(columns, segmentCount, input, segments));
      }),
    );
  });
});

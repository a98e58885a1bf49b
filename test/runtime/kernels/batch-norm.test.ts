import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as reference from '../../../src/kernels/reference/index.ts';
import { describeEveryFlavour } from './every-flavour.ts';
import { expectClose, type KernelWorkspace } from './kernel-workspace.ts';

let workspace: KernelWorkspace;
const use = (opened: KernelWorkspace) => {
  workspace = opened;
};

const cases = fc.record({
  // More rows than a chunk has, now and then.
  rows: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) }, fc.integer({ min: 1000, max: 3000 })),
  columns: fc.integer({ min: 1, max: 40 }),
  offset: fc.constantFrom(0, 100),
  activation: fc.constantFrom('linear', 'relu', 'relu6'),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

describeEveryFlavour('batchNorm', use, () => {
  it('equals its reference, forward and backward', () => {
    fc.assert(fc.property(cases, check), { numRuns: 80 });
    check({ rows: 5000, columns: 20, offset: 0, activation: 'relu' });
  });

  it('gives NaN where a column has one, and leaves the other columns alone', () => {
    const input = workspace.values(5 * 6);
    input[2 * 6 + 3] = Number.NaN;
    const { output } = run({ rows: 5, columns: 6, offset: 0, activation: 'relu' }, input);
    output.forEach((value, index) => {
      expect(Number.isNaN(value)).toBe(index % 6 === 3);
    });
  });
});

function check(p: Case): void {
  const input = workspace.values(p.rows * p.columns).map((value) => value + p.offset);
  const { values, output, mean, variance, inputGradient, gammaGradient, betaGradient } = run(p, input);
  const forward = reference.batchNorm({ ...p, ...values });
  // A deviation is known less well where the mean is a hundred times as large.
  const tolerance = p.offset > 0 ? 3e-3 : 1e-4;
  expectClose(mean, forward.mean);
  expectClose(variance, forward.variance, tolerance);
  expectClose(output, forward.output, tolerance);
  if (p.offset > 0 || p.rows < 8) return;
  const backward = reference.batchNormGradient({ ...p, ...values });
  expectClose(betaGradient, backward.betaGradient, tolerance);
  expectClose(gammaGradient, backward.gammaGradient, tolerance);
  expectClose(inputGradient, backward.inputGradient, tolerance);
}

function run(p: Case, input: Float32Array) {
  const { kernels } = workspace;
  const { rows, columns, activation } = p;
  const given = { columns, input, gamma: workspace.values(columns), beta: workspace.values(columns), epsilon: 1e-3 };
  const linear = reference.batchNorm({ ...given, activation: 'linear' }).output;
  // At a corner of the activation rounding decides whether a gradient passes.
  const isAtCorner = (value: number) => Math.min(Math.abs(value), Math.abs(value - 6)) < 1e-3;
  const outputGradient = workspace.values(rows * columns).map((value, index) => (isAtCorner(linear[index]) ? 0 : value));
  const values = { ...given, outputGradient };
  const [x, gamma, beta, dy] = [values.input, values.gamma, values.beta, values.outputGradient].map((one) => workspace.put(one));
  const size = { rows, columns, input: x, gamma, beta, epsilon: values.epsilon, activation };
  const [mean, variance] = [kernels.heap.allocate(columns * 4), kernels.heap.allocate(columns * 4)];
  const output = workspace.result(rows * columns, (address) => kernels.batchNorm({ ...size, output: address, mean, variance }));
  const [gammaGradient, betaGradient] = [kernels.heap.allocate(columns * 4), kernels.heap.allocate(columns * 4)];
  const inputGradient = workspace.result(rows * columns, (address) =>
    kernels.batchNormGradient({ ...size, outputGradient: dy, mean, variance, inputGradient: address, gammaGradient, betaGradient }),
  );
  const read = (address: number) => kernels.floats(address, columns).slice();
  return {
    values,
    output,
    mean: read(mean),
    variance: read(variance),
    inputGradient,
    gammaGradient: read(gammaGradient),
    betaGradient: read(betaGradient),
  };
}

import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as reference from '../../../src/kernels/reference/index.ts';
import { describeEveryFlavour } from './every-flavour.ts';
import { expectClose, type KernelWorkspace } from './kernel-workspace.ts';

let workspace: KernelWorkspace;
const use = (opened: KernelWorkspace) => {
  workspace = opened;
};

const size = fc.integer({ min: 1, max: 37 });
const shapes = fc.record({
  m: size,
  n: size,
  k: fc.oneof(size, fc.integer({ min: 500, max: 1100 })),
  transposeA: fc.boolean(),
  transposeB: fc.boolean(),
  withBias: fc.boolean(),
  activation: fc.constantFrom('linear' as const, 'relu' as const, 'relu6' as const),
});

describeEveryFlavour('gemm', use, () => {
  it('multiplies small whole numbers exactly', () => {
    const [a, b] = [new Float32Array([1, 2, 3, 4, 5, 6]), new Float32Array([7, 8, 9, 10, 11, 12])];
    const c = workspace.result(4, (address) =>
      workspace.kernels.gemm({ m: 2, n: 2, k: 3, a: workspace.put(a), b: workspace.put(b), c: address }),
    );
    expect([...c]).toEqual([58, 64, 139, 154]);
  });

  it('equals its reference for every shape, transposition, bias and activation', () => {
    fc.assert(
      fc.property(shapes, ({ withBias, ...p }) => {
        const [a, b] = [workspace.values(p.m * p.k), workspace.values(p.k * p.n)];
        const bias = withBias ? workspace.values(p.n) : undefined;
        const places = { a: workspace.put(a), b: workspace.put(b), bias: bias && workspace.put(bias) };
        const c = workspace.result(p.m * p.n, (address) => workspace.kernels.gemm({ ...p, ...places, c: address }));
        expectClose(c, reference.gemm({ ...p, a, b, bias }));
      }),
      { numRuns: 150 },
    );
  });

  it('takes B packed before', () => {
    fc.assert(
      fc.property(shapes, ({ withBias, ...p }) => {
        const { kernels } = workspace;
        const [a, b] = [workspace.values(p.m * p.k), workspace.values(p.k * p.n)];
        const bias = withBias ? workspace.values(p.n) : undefined;
        const packed = kernels.heap.allocate(kernels.packedBytes(p.k, p.n));
        kernels.packMatrix({ k: p.k, n: p.n, source: workspace.put(b), target: packed, transposed: p.transposeB });
        const places = { a: workspace.put(a), b: packed, bias: bias && workspace.put(bias) };
        const c = workspace.result(p.m * p.n, (address) => kernels.gemm({ ...p, ...places, packed: true, c: address }));
        expectClose(c, reference.gemm({ ...p, a, b, bias }));
      }),
      { numRuns: 60 },
    );
  });

  it('adds to what is there', () => {
    fc.assert(
      fc.property(shapes, ({ m, n, k, transposeA, transposeB }) => {
        const p = { m, n, k, transposeA, transposeB };
        const [a, b, before] = [workspace.values(m * k), workspace.values(k * n), workspace.values(m * n)];
        const places = { a: workspace.put(a), b: workspace.put(b) };
        const c = workspace.result(m * n, (address) => {
          workspace.kernels.floats(address, m * n).set(before);
          workspace.kernels.gemm({ ...p, ...places, c: address, accumulate: true });
        });
        expectClose(c, reference.gemm({ ...p, a, b, c: before }));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps NaN and infinity where they belong', () => {
    const [m, n, k] = [5, 11, 9];
    const [a, b] = [workspace.values(m * k).fill(1), workspace.values(k * n).fill(1)];
    a[2 * k + 3] = Number.NaN;
    b[4 * n + 10] = Number.POSITIVE_INFINITY;
    const c = workspace.result(m * n, (address) =>
      workspace.kernels.gemm({ m, n, k, a: workspace.put(a), b: workspace.put(b), c: address, activation: 'relu' }),
    );
    expect([...c]).toEqual([...reference.gemm({ m, n, k, a, b, activation: 'relu' })]);
    expect(c.filter(Number.isNaN).length).toBe(n);
  });

  it('gives equal bits for equal inputs', () => {
    const [m, n, k] = [33, 29, 700];
    const places = { m, n, k, a: workspace.put(workspace.values(m * k)), b: workspace.put(workspace.values(k * n)) };
    const run = () => workspace.result(m * n, (c) => workspace.kernels.gemm({ ...places, c }));
    expect(run()).toEqual(run());
  });
});

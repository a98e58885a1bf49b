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

const everyWindow = windowShapes(fc.integer({ min: 1, max: 9 }).map((count) => ({ inChannels: count, outChannels: count })));
/** Windows of 2 x 2 that cover the image exactly once have a path of their own. */
const halvings = fc
  .record({ batch: fc.integer({ min: 1, max: 3 }), side: fc.integer({ min: 1, max: 4 }), channels: fc.integer({ min: 1, max: 9 }) })
  .map(({ batch, side, channels }) => windowShape({ input: [batch, 2 * side, 2 * side, channels], filter: [2, 2], strides: [2, 2] }));
/** tfjs pads at most so that every window meets the image. */
const shapes = fc
  .oneof({ weight: 4, arbitrary: everyWindow }, halvings)
  .filter((s) => s.padTop < s.filterHeight && s.padLeft < s.filterWidth && reaches(s));

function reaches(s: WindowShape): boolean {
  return (s.outHeight - 1) * s.strideHeight - s.padTop < s.inHeight && (s.outWidth - 1) * s.strideWidth - s.padLeft < s.inWidth;
}

const inputSize = (s: WindowShape) => s.batch * s.inHeight * s.inWidth * s.inChannels;
const outputSize = (s: WindowShape) => s.batch * s.outHeight * s.outWidth * s.outChannels;
const specials = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const square = windowShape({ input: [1, 2, 2, 1], filter: [2, 2], strides: [2, 2] });

describeEveryFlavour('maxPool', use, () => {
  it('equals its reference, forward and backward, to the bit', () => {
    fc.assert(
      fc.property(shapes, fc.boolean(), (shape, coarse) => {
        const { kernels } = workspace;
        // Few different values: many windows have two equal maxima.
        const input = workspace.values(inputSize(shape)).map((value) => (coarse ? Math.round(value * 2) : value));
        if (coarse) for (let index = 0; index < input.length; index += 5) input[index] = specials[index % 3];
        const outputGradient = workspace.values(outputSize(shape));
        const [x, dy] = [workspace.put(input), workspace.put(outputGradient)];
        expect(workspace.result(outputSize(shape), (output) => kernels.maxPool({ shape, input: x, output }))).toEqual(
          reference.maxPool(shape, input),
        );
        expectClose(
          workspace.result(inputSize(shape), (inputGradient) =>
            kernels.maxPoolGradient({ shape, input: x, outputGradient: dy, inputGradient }),
          ),
          reference.maxPoolGradient(shape, input, outputGradient),
        );
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    { input: [Number.NaN, 1, 2, Number.NaN], output: 2, gradient: [0, 0, 5, 0] },
    { input: [Number.NaN, Number.NaN, Number.NaN, Number.NaN], output: Number.NEGATIVE_INFINITY, gradient: [0, 0, 0, 0] },
    { input: [1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 2], output: Number.POSITIVE_INFINITY, gradient: [0, 5, 0, 0] },
    { input: [3, 3, 3, 3], output: 3, gradient: [5, 0, 0, 0] },
  ])('takes $output of $input', ({ input, output, gradient }) => {
    const { kernels } = workspace;
    const x = workspace.put(new Float32Array(input));
    const dy = workspace.put(new Float32Array([5]));
    expect([...workspace.result(1, (address) => kernels.maxPool({ shape: square, input: x, output: address }))]).toEqual([output]);
    const result = workspace.result(4, (address) =>
      kernels.maxPoolGradient({ shape: square, input: x, outputGradient: dy, inputGradient: address }),
    );
    expect([...result]).toEqual(gradient);
  });
});

describeEveryFlavour('averagePool', use, () => {
  it('equals its reference, forward and backward', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { kernels } = workspace;
        const [input, outputGradient] = [workspace.values(inputSize(shape)), workspace.values(outputSize(shape))];
        const [x, dy] = [workspace.put(input), workspace.put(outputGradient)];
        expectClose(
          workspace.result(outputSize(shape), (output) => kernels.averagePool({ shape, input: x, output })),
          reference.averagePool(shape, input),
        );
        expectClose(
          workspace.result(inputSize(shape), (inputGradient) => kernels.averagePoolGradient({ shape, outputGradient: dy, inputGradient })),
          reference.averagePoolGradient(shape, outputGradient),
        );
      }),
      { numRuns: 150 },
    );
  });
});

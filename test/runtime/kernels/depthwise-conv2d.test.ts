import fc from 'fast-check';
import { it } from 'vitest';
import * as reference from '../../../src/kernels/reference/index.ts';
import { describeEveryFlavour } from './every-flavour.ts';
import { expectClose, type KernelWorkspace } from './kernel-workspace.ts';
import { windowShapes } from './window-shapes.ts';

let workspace: KernelWorkspace;
const use = (opened: KernelWorkspace) => {
  workspace = opened;
};

const shapes = windowShapes(
  fc
    .record({ inChannels: fc.integer({ min: 1, max: 9 }), multiplier: fc.integer({ min: 1, max: 3 }) })
    .map(({ inChannels, multiplier }) => ({ inChannels, outChannels: inChannels * multiplier })),
);

describeEveryFlavour('depthwiseConv2d', use, () => {
  it('equals its reference, forward and backward, over strides, paddings and multipliers', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const { kernels } = workspace;
        const input = workspace.values(shape.batch * shape.inHeight * shape.inWidth * shape.inChannels);
        const filter = workspace.values(shape.filterHeight * shape.filterWidth * shape.outChannels);
        const outputGradient = workspace.values(shape.batch * shape.outHeight * shape.outWidth * shape.outChannels);
        const [x, w, dy] = [workspace.put(input), workspace.put(filter), workspace.put(outputGradient)];
        expectClose(
          workspace.result(outputGradient.length, (output) => kernels.depthwiseConv2d({ shape, input: x, filter: w, output })),
          reference.depthwiseConv2d(shape, input, filter),
        );
        expectClose(
          workspace.result(input.length, (inputGradient) =>
            kernels.depthwiseConv2dInputGradient({ shape, outputGradient: dy, filter: w, inputGradient }),
          ),
          reference.depthwiseConv2dInputGradient(shape, outputGradient, filter),
        );
        expectClose(
          workspace.result(filter.length, (filterGradient) =>
            kernels.depthwiseConv2dFilterGradient({ shape, input: x, outputGradient: dy, filterGradient }),
          ),
          reference.depthwiseConv2dFilterGradient(shape, input, outputGradient),
        );
      }),
      { numRuns: 150 },
    );
  });
});
